"""What an operation did cost, by what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from router.core.demand_control.weigh import OPERATION_COSTS, arguments_cost, field_weight
from router.core.operation import Operation
from router.core.selection import Field, Fragment, Selection
from router.core.supergraph import Supergraph


def actual_cost(operation: Operation, variables: Mapping[str, Any], data: Mapping[str, Any] | None) -> float:
    """``data`` is that of the response; what is null costs nothing."""
    walk = _Walk(operation.supergraph, variables)
    base = OPERATION_COSTS[operation.kind]
    return base + walk.object(operation.root_type, operation.selections, data or {})


class _Walk:
    def __init__(self, supergraph: Supergraph, variables: Mapping[str, Any]) -> None:
        self._supergraph = supergraph
        self._variables = variables
        self._collected: dict[tuple[str, str | None, int], list[tuple[str, Field, float]]] = {}

    def object(self, type_name: str, selections: Sequence[Selection], value: Mapping[str, Any]) -> float:
        total = 0.0
        for parent, field, weight in self._fields(type_name, selections, value.get("__typename")):
            inner = value.get(field.response_key)
            if inner is None:
                continue
            total += self._value(parent, field, weight, inner)
            total += arguments_cost(self._supergraph, parent, field, self._variables)
        return max(0.0, total)

    def _value(self, parent: str, field: Field, weight: float, value: Any) -> float:
        if isinstance(value, list):
            return sum(self._value(parent, field, weight, item) for item in value if item is not None)
        if not field.selections or not isinstance(value, Mapping):
            return weight
        below = self._supergraph.types[parent].fields[field.name].type_name
        return weight + self.object(below, field.selections, value)

    def _fields(
        self, type_name: str, selections: Sequence[Selection], runtime: Any
    ) -> list[tuple[str, Field, float]]:
        """Each response key once, as a list of the same shape has the same."""
        key = (type_name, runtime if isinstance(runtime, str) else None, id(selections))
        known = self._collected.get(key)
        if known is None:
            found = {
                field.response_key: (on, field) for on, field in self._open(type_name, selections, key[1])
            }
            known = self._collected[key] = [
                (on, field, field_weight(self._supergraph, on, field.name)) for on, field in found.values()
            ]
        return known

    def _open(
        self, type_name: str, selections: Sequence[Selection], runtime: str | None
    ) -> Iterator[tuple[str, Field]]:
        seen: set[int] = set()
        pending = [(type_name, selection) for selection in reversed(selections)]
        while pending:
            on, selection = pending.pop()
            if id(selection) in seen:
                continue
            seen.add(id(selection))
            if isinstance(selection, Fragment):
                condition = selection.type_condition
                if runtime is None or runtime in self._supergraph.all_possible_types(condition):
                    pending += [(condition, inner) for inner in reversed(selection.selections)]
            elif not selection.name.startswith("__"):
                yield on, selection
