"""Selections run without generated code's assumptions: one object that failed its checks, or a whole column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kit.graphql.compiled.columns import Column
from kit.graphql.compiled.completion import Completion, Slot
from kit.graphql.compiled.filling import Cells, await_column, fill
from kit.graphql.compiled.loads import load_column
from kit.graphql.compiled.metrics import SLOW_OBJECTS
from kit.graphql.compiled.plan import FieldPlan, SelectionPlan
from kit.graphql.compiled.recipes import Constant, Load
from kit.graphql.compiled.run import Later, Run, is_to_be_awaited

UNREAD: Final = object()
"""What generated code has for a field that it did not come to."""


@dataclass(slots=True)
class Batch:
    """A selection that is being run over a column."""

    run: Run
    selection: SelectionPlan
    column: Column
    later: Later

    def read(self, field: FieldPlan, place: int, source: Any) -> Any:
        """What the resolver gave or raised."""
        try:
            return self.run.read(field, self.column, place, source)
        except Exception as error:  # noqa: BLE001 - it becomes the error of the field
            return error


def complete_object(
    batch: Batch, place: int, source: Any, raised: Exception | None, values: Sequence[Any]
) -> dict[str, Any]:
    """One object whose ``values`` of inline fields are not all as they should be.

    Those that are UNREAD are read here; ``raised`` is what reading the first of them gave.
    """
    SLOW_OBJECTS.inc()
    column = batch.column
    result: dict[str, Any] = {}
    known = iter(values)
    for field in batch.selection.fields:
        if isinstance(field.recipe, Constant):
            result[field.key] = field.recipe.value
            continue
        result[field.key] = None
        if not field.is_inline:
            continue
        value = next(known)
        if value is UNREAD and raised is not None:
            value, raised = raised, None
        elif value is UNREAD:
            value = batch.read(field, place, source)
        if is_to_be_awaited(value):
            column.wait(field, place, result, value)
        else:
            completion = Completion(batch.run, field, column, batch.later)
            completion.place(value, field.type, Slot((place, ()), result, field.key))
    return result


def select_slowly(batch: Batch, objects: Sequence[Any]) -> list[Any]:
    """The leaves of all objects, as the generated function would write them."""
    unread = [UNREAD] * len(batch.selection.inline)
    out = [complete_object(batch, place, each, None, unread) for place, each in enumerate(objects)]
    for field in batch.selection.columns:
        cells = Cells(batch.run, field, batch.column, out, [])
        if isinstance(field.recipe, Load):
            load_column([cells], objects, batch.later)
            continue
        cells.values = [batch.read(field, place, each) for place, each in enumerate(objects)]
        if field.is_async:
            batch.later.columns.append(await_column(cells))
        else:
            fill(cells, batch.later)
    return out
