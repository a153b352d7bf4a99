"""Putting the values of one field into the objects of a column: quickly where all is as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from graphql import GraphQLNonNull

from kit.graphql.compiled.classes import selection_of
from kit.graphql.compiled.columns import Column
from kit.graphql.compiled.completion import Completion, Slot
from kit.graphql.compiled.leaves import check_of, compile_check
from kit.graphql.compiled.plan import FieldPlan
from kit.graphql.compiled.run import Later, Run, await_all, is_to_be_awaited

_NULL: Final = type(None)
_SEQUENCES: Final = frozenset((list, tuple))


@dataclass(slots=True)
class Cells:
    """What ``field`` gave for the objects of ``rows`` of ``column`` (None: all), and the dicts that it goes into."""

    run: Run
    field: FieldPlan
    column: Column
    holders: Sequence[dict[str, Any]]
    values: list[Any]
    rows: Sequence[int] | None = None

    def row(self, place: int) -> int:
        return place if self.rows is None else self.rows[place]

    def without_nulls(self) -> tuple[Sequence[dict[str, Any]], list[Any]]:
        kept = [pair for pair in zip(self.holders, self.values, strict=True) if pair[1] is not None]
        return [holder for holder, _ in kept], [value for _, value in kept]


def fill(cells: Cells, later: Later, *, is_awaited: bool = False) -> None:
    """Completes the values into the holders. ``is_awaited``: what is awaitable now is no value."""
    field = cells.field
    if field.is_leaf:
        _fill_leaves(cells, later)
        return
    is_done = False
    if field.depth == 0:
        is_done = _fill_objects(cells, later)
    elif field.depth == 1:
        is_done = _fill_lists(cells, later)
    if not is_done:
        _fill_slowly(cells, later, is_awaited)


def _fill_leaves(cells: Cells, later: Later) -> None:
    field = cells.field
    quick = _quick_leaf(field.nullable_type)
    key, is_required = field.key, field.is_required
    made = list(map(quick, cells.values))
    if None not in made:
        for holder, value in zip(cells.holders, made, strict=True):
            holder[key] = value
        return
    for place, (holder, value) in enumerate(zip(cells.holders, cells.values, strict=True)):
        if value is None and not is_required:
            continue
        if made[place] is not None:
            holder[key] = made[place]
        else:
            slot = Slot((cells.row(place), ()), holder, key)
            Completion(cells.run, field, cells.column, later).place(value, field.type, slot)


@lru_cache(1024)
def _quick_leaf(type_: Any) -> Any:
    return compile_check(check_of(type_))


def _fill_objects(cells: Cells, later: Later) -> bool:
    """False, and nothing done, where a value needs a closer look."""
    field = cells.field
    kinds = set(map(type, cells.values))
    holders, objects = cells.holders, cells.values
    if _NULL in kinds:
        if field.is_required:
            return False
        kinds.discard(_NULL)
        if not kinds:
            return True
        holders, objects = cells.without_nulls()
    results = _select(cells, kinds, objects, later)
    if results is None:
        return False
    key = field.key
    for holder, result in zip(holders, results, strict=True):
        holder[key] = result
    return True


def _fill_lists(cells: Cells, later: Later) -> bool:
    """Like _fill_objects, for a field whose values are lists of objects."""
    field = cells.field
    kinds = set(map(type, cells.values))
    holders, lists = cells.holders, cells.values
    if _NULL in kinds and not field.is_required:
        kinds.discard(_NULL)
        holders, lists = cells.without_nulls()
    if not kinds <= _SEQUENCES:
        return False
    objects = lists[0] if len(lists) == 1 else list(chain.from_iterable(lists))
    results = _select_items(cells, objects, later)
    if results is None:
        return False
    key, begin = field.key, 0
    for holder, items in zip(holders, lists, strict=True):
        end = begin + len(items)
        holder[key] = results[begin:end]
        begin = end
    return True


def _select_items(cells: Cells, objects: Sequence[Any], later: Later) -> list[Any] | None:
    """Like _select, with nulls where there are nulls among the items of a list, if there may be."""
    kinds = set(map(type, objects))
    if _NULL not in kinds:
        return _select(cells, kinds, objects, later) if objects else []
    if isinstance(cells.field.nullable_type.of_type, GraphQLNonNull):
        return None
    kinds.discard(_NULL)
    if not kinds:
        return [None] * len(objects)
    found = _select(cells, kinds, [each for each in objects if each is not None], later)
    if found is None:
        return None
    results = iter(found)
    return [None if each is None else next(results) for each in objects]


def _select(cells: Cells, kinds: set[type], objects: Sequence[Any], later: Later) -> list[Any] | None:
    """What is selected of each of the objects; None, and nothing done, if one selection is not for them all."""
    run, field = cells.run, cells.field
    selection = selection_of(run.operation, field, kinds, objects)
    if selection is None:
        return None
    results = selection.run(run, objects, Column(cells.column, field, cells.values, cells.rows), later)
    if field.is_abstract:
        run.typed.append((results, selection))
    return results


def _fill_slowly(cells: Cells, later: Later, is_awaited: bool) -> None:
    field = cells.field
    completion = Completion(cells.run, field, cells.column, later)
    for place, (holder, value) in enumerate(zip(cells.holders, cells.values, strict=True)):
        row = cells.row(place)
        if not is_awaited and is_to_be_awaited(value):
            cells.column.wait(field, row, holder, value)
        else:
            completion.place(value, field.type, Slot((row, ()), holder, field.key))
    completion.finish()


async def await_column(cells: Cells) -> None:
    """Awaits what the resolvers of a field gave, and fills it in."""
    cells.values = await await_all(cells.values)
    cells.run.moment += 1
    later = Later()
    fill(cells, later, is_awaited=True)
    if later.columns or later.loads:
        await later.drain()


def wait_for(run: Run, column: Column, later: Later) -> None:
    """Leaves the values that turned out to be awaitable to be awaited, those of a field as one column."""
    for field, entries in (column.waiting or {}).items():
        rows, holders, values = (list(each) for each in zip(*entries, strict=True))
        later.columns.append(await_column(Cells(run, field, column, holders, values, rows)))
    column.waiting = None
