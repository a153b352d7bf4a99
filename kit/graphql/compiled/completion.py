"""The exact path: completes values that were resolved already, whatever they are, as graphql-core would.

An error is left as a Fault where it happened; settling the response turns Faults into nulls and errors.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    Undefined,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution import Executor, default_type_resolver
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import is_iterable
from graphql.pyutils.is_awaitable import is_async_iterable

from kit.graphql.compiled.columns import Column, Spot
from kit.graphql.compiled.leaves import complete_leaf
from kit.graphql.compiled.plan import FieldPlan, SelectionPlan
from kit.graphql.compiled.run import Later, Run, await_all, is_to_be_awaited, track

_valid_runtime_type: Final = cast("Callable[..., GraphQLObjectType]", Executor.ensure_valid_runtime_type)


class Slot(NamedTuple):
    """Where a value goes: ``holder[key]``, which is at ``spot`` of the column."""

    spot: Spot
    holder: Any
    key: Any


class _Bucket:
    """Objects of one type, wherever in the values of a field they were found."""

    __slots__ = ("objects", "slots")

    def __init__(self) -> None:
        self.objects: list[Any] = []
        self.slots: list[Slot] = []


class Completion:
    """Completes values of one field of one column. ``place`` them, then ``finish``."""

    def __init__(self, run: Run, field: FieldPlan, column: Column, later: Later) -> None:
        self._run = run
        self._field = field
        self._column = column
        self._later = later
        self._buckets: dict[SelectionPlan, _Bucket] = {}

    def place(self, value: Any, type_: Any, slot: Slot) -> None:
        """Writes the completed ``value`` to its slot, now or when ``finish`` has run."""
        slot.holder[slot.key] = None
        try:
            self._place(value, type_, slot)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the error of this position
            slot.holder[slot.key] = self._run.fault(error)

    def _place(self, value: Any, type_: Any, slot: Slot) -> None:
        if isinstance(value, Exception):
            raise value
        is_required = isinstance(type_, GraphQLNonNull)
        inner = type_.of_type if is_required else type_
        if value is None or value is Undefined:
            if is_required:
                raise self._null_error()
        elif isinstance(inner, GraphQLList):
            self._place_list(value, inner.of_type, slot)
        elif is_leaf_type(inner):
            completed = complete_leaf(inner, value)
            if is_to_be_awaited(completed):
                self._later.columns.append(self._await_leaf(completed, slot))
            else:
                slot.holder[slot.key] = completed
        elif is_abstract_type(inner):
            self._place_abstract(value, inner, slot)
        else:
            self._place_object(value, inner, slot)

    async def _await_leaf(self, completed: Any, slot: Slot) -> None:
        """A scalar may hand on what it is given, or serialize asynchronously; the result is not looked at again."""
        try:
            slot.holder[slot.key] = await completed
        except Exception as error:  # noqa: BLE001 - the error of this position
            self._run.moment += 1
            slot.holder[slot.key] = self._run.fault(error)

    def _null_error(self) -> TypeError:
        field = self._field
        return TypeError(f"Cannot return null for non-nullable field {field.parent_type}.{field.name}.")

    def _place_list(self, value: Any, item_type: Any, slot: Slot) -> None:
        if is_async_iterable(value):
            self._later.columns.append(self._await_items(value, item_type, slot))
            return
        if not is_iterable(value):
            field = self._field
            raise GraphQLError(
                f"Expected Iterable, but did not find one for field '{field.parent_type}.{field.name}'."
            )
        items: list[Any] = []
        try:
            for item in value:
                items.append(item)  # noqa: PERF402 - what came before an error counts
        except Exception as error:  # noqa: BLE001 - the error of the list
            self._break_off(items, error, item_type, slot)
            return
        self._place_items(items, item_type, slot)

    def _place_items(self, items: list[Any], item_type: Any, slot: Slot) -> None:
        """Those that are to be awaited are awaited together, so that their objects are one column too."""
        waiting = self._place_ready_items(items, item_type, slot)
        if waiting:
            awaitables = [items[inner.key] for inner in waiting]
            self._later.columns.append(self._await_list(awaitables, item_type, waiting))

    def _place_ready_items(self, items: list[Any], item_type: Any, slot: Slot) -> list[Slot]:
        """The slots of the others."""
        completed: list[Any] = [None] * len(items)
        slot.holder[slot.key] = completed
        row, indices = slot.spot
        waiting = []
        for index, item in enumerate(items):
            inner = Slot((row, (*indices, index)), completed, index)
            if is_to_be_awaited(item):
                waiting.append(inner)
            else:
                self.place(item, item_type, inner)
        return waiting

    def _break_off(self, items: list[Any], error: Exception, item_type: Any, slot: Slot) -> None:
        """A list that raised while it was read: the errors of its items before that are errors too."""
        track(items)
        self._place_ready_items(items, item_type, slot)
        fault = self._run.fault(error)
        fault.items = slot.holder[slot.key]
        slot.holder[slot.key] = fault

    async def _await_list(self, awaitables: list[Any], item_type: Any, slots: list[Slot]) -> None:
        later = Later()
        completion = Completion(self._run, self._field, self._column, later)
        values = await await_all(awaitables)
        self._run.moment += 1
        for value, slot in zip(values, slots, strict=True):
            completion.place(value, item_type, slot)
        completion.finish()
        await later.drain()

    async def _await_items(self, value: Any, item_type: Any, slot: Slot) -> None:
        later = Later()
        completion = Completion(self._run, self._field, self._column, later)
        items: list[Any] = []
        try:
            iterator = value.__aiter__()
            try:
                async for item in iterator:
                    items.append(item)  # noqa: PERF401 - as above
            except Exception:
                await _close(iterator)
                raise
        except Exception as error:  # noqa: BLE001 - the error of the list
            self._run.moment += 1
            completion._break_off(items, error, item_type, slot)
        else:
            self._run.moment += 1
            completion._place_items(items, item_type, slot)
        completion.finish()
        await later.drain()

    def _place_abstract(self, value: Any, type_: Any, slot: Slot) -> None:
        info = self._run.resolve_info(self._field, self._column, slot.spot[0])
        name = (type_.resolve_type or default_type_resolver)(value, info, type_)
        if is_to_be_awaited(name):
            self._later.columns.append(self._await_type(name, value, type_, slot))
            return
        self._place_object(value, self._runtime_type(name, type_, info, value), slot)

    def _runtime_type(self, name: Any, type_: Any, info: Any, value: Any) -> GraphQLObjectType:
        executor = SimpleNamespace(schema=self._run.operation.schema)
        return _valid_runtime_type(executor, name, type_, self._field.details, info, value)

    async def _await_type(self, name: Any, value: Any, type_: Any, slot: Slot) -> None:
        later = Later()
        completion = Completion(self._run, self._field, self._column, later)
        info = self._run.resolve_info(self._field, self._column, slot.spot[0])
        try:
            awaited = await name
            self._run.moment += 1
            found = self._runtime_type(awaited, type_, info, value)
            completion._place_object(value, found, slot)
        except Exception as error:  # noqa: BLE001 - the error of this position
            slot.holder[slot.key] = self._run.fault(error)
        completion.finish()
        await later.drain()

    def _place_object(self, value: Any, type_: GraphQLObjectType, slot: Slot) -> None:
        if type_.is_type_of is not None:
            info = self._run.resolve_info(self._field, self._column, slot.spot[0])
            answer: Any = type_.is_type_of(value, info)
            if is_to_be_awaited(answer):
                self._later.columns.append(self._await_answer(answer, value, type_, slot))
                return
            if not answer:
                raise invalid_return_type_error(type_, value, self._field.details)
        self._keep(value, type_, slot)

    async def _await_answer(self, answer: Any, value: Any, type_: GraphQLObjectType, slot: Slot) -> None:
        later = Later()
        completion = Completion(self._run, self._field, self._column, later)
        try:
            is_one = await answer
            self._run.moment += 1
            if not is_one:
                raise invalid_return_type_error(type_, value, self._field.details)
        except Exception as error:  # noqa: BLE001 - the error of this position
            slot.holder[slot.key] = self._run.fault(error)
            return
        completion._keep(value, type_, slot)
        completion.finish()
        await later.drain()

    def _keep(self, value: Any, type_: GraphQLObjectType, slot: Slot) -> None:
        selection = self._run.operation.selection(self._field, type_)
        bucket = self._buckets.get(selection)
        if bucket is None:
            bucket = self._buckets[selection] = _Bucket()
        bucket.objects.append(value)
        bucket.slots.append(slot)

    def finish(self) -> None:
        """Runs the selections over the objects that were placed, all of a type as one column."""
        for selection, bucket in self._buckets.items():
            column = Column(self._column, self._field, spots=[slot.spot for slot in bucket.slots])
            results = selection.run(self._run, bucket.objects, column, self._later)
            if self._field.is_abstract:
                self._run.typed.append((results, selection))
            for slot, result in zip(bucket.slots, results, strict=True):
                slot.holder[slot.key] = result


async def _close(iterator: Any) -> None:
    close = getattr(iterator, "aclose", None)
    if close is not None:
        with suppress(Exception):  # the first error is the one to report
            await close()
