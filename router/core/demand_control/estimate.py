"""What an operation may cost at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, value_from_ast_untyped

from router.core.demand_control.weigh import (
    OPERATION_COSTS,
    arguments_cost,
    arguments_of,
    field_weight,
    value_of,
)
from router.core.operation import Operation
from router.core.selection import Field, Fragment, Selection
from router.core.supergraph import ListSize, Supergraph

_Sizes = Mapping[str, float]
"""Of lists in the fields of an object, by name, where the field that holds it says so."""
_NO_SIZES: _Sizes = {}


class CostError(Exception):
    """The cost can't be told: a list wants one slicing argument and has none, or several."""


class Estimate:
    """Of one operation, for any variables. ``list_size`` is that of lists of which nothing is said."""

    def __init__(self, operation: Operation, list_size: int) -> None:
        self._supergraph = operation.supergraph
        self._operation = operation
        self._list_size = float(list_size)
        self._weights: dict[tuple[str, str], float] = {}

    def cost(self, variables: Mapping[str, Any]) -> float:
        """``variables`` are coerced. Raises CostError."""
        operation = self._operation
        run = _Run(self._supergraph, variables, self._list_size, self._weights)
        base = OPERATION_COSTS[operation.kind]
        return base + run.selections(operation.root_type, operation.selections, _NO_SIZES)


class _Run:
    """One set of variables. A fragment that is spread many times is weighed once."""

    def __init__(
        self,
        supergraph: Supergraph,
        variables: Mapping[str, Any],
        list_size: float,
        weights: dict[tuple[str, str], float],
    ) -> None:
        self._supergraph = supergraph
        self._schema: Any = supergraph.api_schema.type_map
        self._variables = variables
        self._list_size = list_size
        self._weights = weights
        self._known: dict[tuple[str, int, float | None], float] = {}

    def selections(self, type_name: str, selections: Sequence[Selection], sizes: _Sizes) -> float:
        total = 0.0
        for selection in selections:
            if isinstance(selection, Fragment):
                if sizes:
                    total += self.selections(selection.type_condition, selection.selections, sizes)
                else:
                    total += self._remembered(selection.type_condition, selection)
            elif all(condition.holds(self._variables) for condition in selection.conditions):
                size = sizes.get(selection.name)
                total += self._field(type_name, selection, size)
        return total

    def _remembered(self, type_name: str, fragment: Fragment) -> float:
        key = (type_name, id(fragment), None)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.selections(type_name, fragment.selections, _NO_SIZES)
        return known

    def _field(self, type_name: str, field: Field, size: float | None) -> float:
        key = (type_name, id(field), size)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._field_afresh(type_name, field, size)
        return known

    def _field_afresh(self, type_name: str, field: Field, size: float | None) -> float:
        if field.name.startswith("__"):
            return 0.0
        place = (type_name, field.name)
        weight = self._weights.get(place)
        if weight is None:
            weight = self._weights[place] = field_weight(self._supergraph, *place)
        list_size = self._supergraph.costs.list_sizes.get(place)
        sliced = self._sliced(type_name, field, list_size) if list_size is not None else None
        sizes = dict.fromkeys(list_size.sized_fields, sliced) if list_size and sliced is not None else {}
        below = 0.0
        if field.selections:
            inner = self._supergraph.types[type_name].fields[field.name].type_name
            below = self.selections(inner, field.selections, sizes)
        count = 1.0
        if _is_list(self._schema[type_name].fields[field.name].type):
            own = sliced if not sizes else None
            count = next(each for each in (size, own, self._list_size) if each is not None)
        given = arguments_cost(self._supergraph, type_name, field, self._variables)
        return max(0.0, count * (weight + below) + given)

    def _sliced(self, type_name: str, field: Field, list_size: ListSize) -> float | None:
        """What the arguments say, else what is assumed."""
        given = {node.name.value: node.value for node in arguments_of(field.arguments)}
        known = self._schema[type_name].fields[field.name].args
        values = []
        for name in list_size.slicing_arguments:
            value = value_of(given[name], self._variables) if name in given else None
            node = known[name].ast_node if name in known else None
            if value is None and node is not None and node.default_value is not None:
                value = value_from_ast_untyped(node.default_value)
            if isinstance(value, int) and not isinstance(value, bool):
                values.append(float(max(0, value)))
        if list_size.requires_one and list_size.slicing_arguments and len(values) != 1:
            raise CostError(
                f"{type_name}.{field.name} takes exactly one of its slicing arguments: "
                f"{', '.join(list_size.slicing_arguments)}."
            )
        if values:
            return max(values)
        return None if list_size.assumed_size is None else float(list_size.assumed_size)


def _is_list(type_: Any) -> bool:
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return isinstance(inner, GraphQLList)
