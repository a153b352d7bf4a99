"""From a response with Faults in it to one with nulls and errors: null propagation, paths and locations."""

from __future__ import annotations

from typing import Any, Final

from graphql import GraphQLError, GraphQLList, GraphQLNonNull, located_error

from kit.graphql.compiled.plan import FieldPlan, SelectionPlan
from kit.graphql.compiled.run import Fault, Run

MAX_PASSES: Final = 32


class _PropagatedError(Exception):
    """A located error on its way to the next position that may be null."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__()
        self.error = error


def settle(
    run: Run, selection: SelectionPlan, data: dict[str, Any]
) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
    """The data, None if an error went all the way up, and the errors, those first that came up first.

    An error below a position that an earlier one made null is nobody's concern any more.
    """
    settlement = _Settlement(run)
    moments = sorted(run.faulty_moments)
    try:
        for place, moment in enumerate(moments):
            is_last = place == MAX_PASSES
            settlement.begins, settlement.ends = moment, moments[-1] if is_last else moment
            settlement.settle_object(selection, data)
            if is_last:
                break
    except _PropagatedError as propagated:
        return None, [*settlement.errors, propagated.error]
    return data, settlement.errors


class _Settlement:
    """One pass over the response for each moment; what comes after MAX_PASSES of them is taken together."""

    def __init__(self, run: Run) -> None:
        self.errors: list[GraphQLError] = []
        self.begins = self.ends = 0
        self._path: list[str | int] = []
        self._selections = {id(result): selection for results, selection in run.typed for result in results}

    def settle_object(self, selection: SelectionPlan, data: dict[str, Any]) -> None:
        for field in selection.fields:
            self._settle_field(field, data)

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
            if not self.begins <= value.moment <= self.ends:
                return
            self._settle_items(value.items, field, type_)
            raise _PropagatedError(located_error(value.error, field.nodes, list(self._path)))
        if value is None:
            return
        if isinstance(type_, GraphQLList):
            self._settle_items(value, field, type_)
        elif not field.is_leaf:
            self.settle_object(self._selection(field, value), value)

    def _settle_items(self, items: list[Any], field: FieldPlan, type_: Any) -> None:
        for index, item in enumerate(items):
            items[index] = self._settle(item, field, type_.of_type, index)

    def _selection(self, field: FieldPlan, value: dict[str, Any]) -> SelectionPlan:
        return self._selections[id(value)] if field.is_abstract else field.selections[field.base.name]
