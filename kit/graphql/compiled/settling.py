"""From a response with Faults in it to one with nulls and errors: null propagation, paths and locations."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, GraphQLList, GraphQLNonNull, located_error

from kit.graphql.compiled.plan import FieldPlan, SelectionPlan
from kit.graphql.compiled.run import Fault, Run


class _PropagatedError(Exception):
    """A located error on its way to the next position that may be null."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__()
        self.error = error


def settle(
    run: Run, selection: SelectionPlan, data: dict[str, Any]
) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
    """The data, None if an error went all the way up, and the errors in the order of the fields."""
    settlement = _Settlement(run)
    try:
        settlement.settle_object(selection, data)
    except _PropagatedError as propagated:
        return None, [*settlement.errors, propagated.error]
    return data, settlement.errors


class _Settlement:
    def __init__(self, run: Run) -> None:
        self.errors: list[GraphQLError] = []
        self._path: list[str | int] = []
        self._selections = {id(result): selection for results, selection in run.typed for result in results}

    def settle_object(self, selection: SelectionPlan, data: dict[str, Any]) -> None:
        """What is there at once fails before what is waited for; of the latter, all get to say what they have."""
        for field in selection.settled_first:
            self._settle_field(field, data)
        first: _PropagatedError | None = None
        for field in selection.settled_last:
            try:
                self._settle_field(field, data)
            except _PropagatedError as propagated:
                first = first or propagated
        if first is not None:
            raise first

    def _settle_field(self, field: FieldPlan, data: dict[str, Any]) -> None:
        value = data[field.key]
        if field.is_leaf and not isinstance(value, (Fault, list)):
            return
        data[field.key] = self._settle(value, field, field.type, field.key)

    def _settle(self, value: Any, field: FieldPlan, type_: Any, key: str | int) -> Any:
        is_required = isinstance(type_, GraphQLNonNull)
        depth = len(self._path)
        self._path.append(key)
        try:
            self._settle_inner(value, field, type_.of_type if is_required else type_)
        except _PropagatedError as propagated:
            if is_required:
                raise
            self.errors.append(propagated.error)
            return None
        finally:
            del self._path[depth:]
        return value

    def _settle_inner(self, value: Any, field: FieldPlan, type_: Any) -> None:
        if isinstance(value, Fault):
            raise _PropagatedError(located_error(value.error, field.nodes, list(self._path)))
        if value is None:
            return
        if isinstance(type_, GraphQLList):
            for index, item in enumerate(value):
                value[index] = self._settle(item, field, type_.of_type, index)
        elif not field.is_leaf:
            self.settle_object(self._selection(field, value), value)

    def _selection(self, field: FieldPlan, value: dict[str, Any]) -> SelectionPlan:
        return self._selections[id(value)] if field.is_abstract else field.selections[field.base.name]
