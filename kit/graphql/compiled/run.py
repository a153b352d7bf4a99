"""One execution of a compiled operation: its variables, what it waits for, and whether anything went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Sequence
from types import CoroutineType
from typing import Any

from graphql import GraphQLResolveInfo
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import gather_with_cancel
from graphql.pyutils.is_awaitable import is_awaitable
from graphql.type import GraphQLResolveInfoHelpers

from kit.graphql.compiled.columns import Column, ColumnInfo
from kit.graphql.compiled.plan import FieldPlan, OperationPlan, SelectionPlan
from kit.graphql.compiled.recipes import Attribute, Constant, Direct, Resolver


def is_to_be_awaited(value: Any) -> bool:
    """Whatever looking at a value may do."""
    try:
        return bool(is_awaitable(value))
    except Exception:  # noqa: BLE001 - an object that raises for an attribute that it lacks
        return False


class Fault:
    """Stands in the response where an error is, until the response is settled.

    ``moment`` tells which came first. ``items``: of a list that broke off, those before.
    """

    __slots__ = ("error", "items", "moment")

    def __init__(self, error: Exception, moment: int) -> None:
        self.error = error
        self.moment = moment
        self.items: list[Any] = []


class Later:
    """What a selection leaves to be awaited. ``loads`` are under way already and start nothing new when they end, so
    that they can be awaited one after the other; ``columns`` get a task each.
    """

    __slots__ = ("columns", "loads")

    def __init__(self) -> None:
        self.columns: list[Coroutine[Any, Any, None]] = []
        self.loads: list[Coroutine[Any, Any, None]] = []

    async def drain(self) -> None:
        columns, loads = self.columns, self.loads
        if not loads and len(columns) == 1:
            await columns[0]
            return
        tasks = [asyncio.ensure_future(column) for column in columns]
        try:
            for load in loads:
                await load
            for task in tasks:
                await task
        except BaseException:
            await _give_up(tasks)
            for load in loads:
                load.close()
            raise


async def _give_up(tasks: Sequence[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def await_all(values: list[Any]) -> list[Any]:
    """The values with what is awaitable among them awaited, all at once; an exception becomes the value."""
    if len(values) == 1:
        (value,) = values
        try:
            return [await value if is_awaitable(value) else value]
        except Exception as error:  # noqa: BLE001 - it becomes an error of the field
            return [error]
    create_task = asyncio.get_running_loop().create_task
    futures = [
        create_task(value)
        if type(value) is CoroutineType
        else asyncio.ensure_future(value)
        if is_awaitable(value)
        else None
        for value in values
    ]
    results: list[Any] = []
    try:
        for value, future in zip(values, futures, strict=True):
            try:
                results.append(
                    value if future is None else future.result() if future.done() else await future
                )
            except Exception as error:  # noqa: BLE001 - as above
                results.append(error)
    except BaseException:
        await _give_up([future for future in futures if future is not None])
        raise
    return results


_tracked: set[asyncio.Future[Any]] = set()


def track(values: Sequence[Any]) -> None:
    awaitables: list[Awaitable[Any]] = [value for value in values if is_awaitable(value)]
    if awaitables:
        future = asyncio.gather(*awaitables, return_exceptions=True)
        _tracked.add(future)
        future.add_done_callback(_tracked.discard)


def _gather(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
    return gather_with_cancel(*values)


_HELPERS = GraphQLResolveInfoHelpers(gather=_gather, track=track)


class Run:
    """State of one execution.

    ``moment`` counts up whenever something was awaited; ``faulty_moments`` are those in which a Fault was put into
    the response.
    """

    __slots__ = (
        "_arguments",
        "context",
        "faulty_moments",
        "moment",
        "operation",
        "root",
        "typed",
        "variables",
    )

    def __init__(self, operation: OperationPlan, variables: VariableValues, context: Any, root: Any) -> None:
        self.operation = operation
        self.variables = variables
        self.context = context
        self.root = root
        self.moment = 0
        self.faulty_moments: set[int] = set()
        self.typed: list[tuple[list[Any], SelectionPlan]] = []
        self._arguments: dict[FieldPlan, dict[str, Any]] = {}

    def fault(self, error: Exception) -> Fault:
        self.faulty_moments.add(self.moment)
        return Fault(error, self.moment)

    def arguments(self, field: FieldPlan) -> dict[str, Any]:
        """Of a Direct field, by their Python names. Raises what graphql-core would raise for each object."""
        known = self._arguments.get(field)
        if known is None:
            recipe = field.recipe
            assert isinstance(recipe, Direct)
            given = get_argument_values(field.definition, field.node, self.variables)
            names = recipe.arguments
            known = {names[name]: value for name, value in given.items() if name in names}
            self._arguments[field] = known
        return known

    def resolve_info(self, field: FieldPlan, column: Column, place: int) -> GraphQLResolveInfo[Any]:
        """What graphql-core hands to the resolver of ``field`` for the object at ``place``."""
        operation = self.operation
        return GraphQLResolveInfo(
            field.name,
            list(field.nodes),
            field.type,
            field.parent_type,
            _path(field, column, place),
            operation.schema,
            operation.fragments,
            self.root,
            operation.operation,
            self.variables,
            self.context,
            is_awaitable,
            None,
            _HELPERS,
        )

    def read(self, field: FieldPlan, column: Column, place: int, source: Any) -> Any:
        """What the resolver of ``field`` gives for one object; raises what it raises."""
        recipe = field.recipe
        if isinstance(recipe, Attribute):
            return getattr(source, recipe.name)
        if isinstance(recipe, Constant):
            return recipe.value
        if isinstance(recipe, Direct):
            return self._call(field, recipe, column, place, source)
        assert isinstance(recipe, Resolver)
        info = self.resolve_info(field, column, place)
        if field.definition.args or field.node.arguments:
            given = get_argument_values(field.definition, field.node, self.variables)
            return recipe.resolve(source, info, **given)
        return recipe.resolve(source, info)

    def _call(self, field: FieldPlan, recipe: Direct, column: Column, place: int, source: Any) -> Any:
        given = dict(self.arguments(field)) if recipe.arguments else {}
        given.update(dict.fromkeys(recipe.source_names, source))
        if recipe.info_name is not None:
            given[recipe.info_name] = ColumnInfo(self, field, column, place)
        return recipe.function(source, **given) if recipe.takes_self else recipe.function(**given)


def _path(field: FieldPlan, column: Column, place: int) -> Any:
    from graphql.pyutils import Path

    return Path(column.path(place), field.key, field.parent_type.name)
