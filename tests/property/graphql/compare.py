"""Runs an operation on graphql-core and compiled, and says how the answers differ.

What is answered at once has to agree to the letter, errors in their order too. Where something is awaited the
specification leaves open which of several errors is reported for a position that they all make null, so there an
error has to be among those that graphql-core reports when errors don't propagate.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from inspect import isawaitable
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    execute,
    subscribe,
)

from kit.graphql.compiled import CompiledSchema
from tests.property.graphql.world import Context, World

Reported = tuple[str, str, str, str]
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Comparison:
    """One operation on one world."""

    def __init__(
        self, schema: GraphQLSchema, world: World, document: DocumentNode, variables: dict[str, Any]
    ) -> None:
        self._schema = schema
        self._world = world
        self._document = document
        self._variables = variables

    async def find_difference(self, compiled: CompiledSchema) -> str | None:
        operation = next(
            each for each in self._document.definitions if isinstance(each, OperationDefinitionNode)
        )
        if operation.operation is OperationType.SUBSCRIPTION:
            return await self._compare_subscriptions(compiled)
        expected_context, context = Context(self._world), Context(self._world)
        expected = execute(
            self._schema, self._document, variable_values=self._variables, context_value=expected_context
        )
        is_async = isawaitable(expected)
        try:
            expected_result = await expected if isawaitable(expected) else expected
        except asyncio.CancelledError:
            # Cancelling one of two fields that await the same key, graphql-core cancels the loader's future.
            await compiled.execute(self._document, variables=self._variables, context=context)
            return None
        if self._world.is_async:
            await _rest()
        actual = await compiled.execute(self._document, variables=self._variables, context=context)
        if operation.operation is OperationType.MUTATION and expected_context.log != context.log:
            return f"mutations ran as {context.log}, not as {expected_context.log}"
        difference = await self._compare(expected_result, actual, is_async)
        return difference or await self._compare_calls(expected_result, expected_context, context)

    async def _compare(
        self, expected: ExecutionResult, actual: ExecutionResult, is_async: bool
    ) -> str | None:
        if not _is_same(expected.data, actual.data):
            return f"data\n{actual.data}\ninstead of\n{expected.data}\n{_report(expected)}\n{_report(actual)}"
        reported, wanted = _report(actual), _report(expected)
        if reported == wanted:
            return None
        if not is_async or (expected.data is None and not any(error.path for error in expected.errors or ())):
            return f"errors\n{reported}\ninstead of\n{wanted}"
        return await self._compare_errors(expected, actual)

    async def _compare_errors(self, expected: ExecutionResult, actual: ExecutionResult) -> str | None:
        wanted, reported = Counter(_direct(expected)), Counter(_direct(actual))
        if wanted != reported:
            return f"errors\n{reported - wanted}\ninstead of\n{wanted - reported}"
        lost, wanted_lost = _nulled(actual), _nulled(expected)
        if set(lost) != set(wanted_lost):
            return f"errors explain {set(lost)} instead of {set(wanted_lost)}"
        possible = Counter(_report(await self._execute_without_propagation(Context(self._world))))
        surplus = Counter(_report(actual)) - possible
        return f"errors that nobody else reports: {surplus}\nfrom {possible}" if surplus else None

    async def _execute_without_propagation(self, context: Context) -> ExecutionResult:
        result = execute(
            self._schema,
            _without_propagation(self._document),
            variable_values=self._variables,
            context_value=context,
        )
        answer = await result if isawaitable(result) else result
        if self._world.is_async:
            await _rest()
        return answer

    async def _compare_calls(self, result: ExecutionResult, expected: Context, actual: Context) -> str | None:
        """Without errors the same resolvers run as often; with errors none more often than all of them would."""
        wanted = expected.calls
        if result.errors:
            context = Context(self._world)
            await self._execute_without_propagation(context)
            wanted = context.calls
        elif wanted != actual.calls:
            return f"resolvers called {actual.calls - wanted} more and {wanted - actual.calls} less"
        surplus = actual.calls - wanted
        return f"resolvers called once too often: {surplus}" if surplus else None

    async def _compare_subscriptions(self, compiled: CompiledSchema) -> str | None:
        stream: Any = subscribe(
            self._schema, self._document, variable_values=self._variables, context_value=Context(self._world)
        )
        try:
            expected = await _collect(await stream if isawaitable(stream) else stream)
        except asyncio.CancelledError:
            return None  # as above
        found = await compiled.subscribe(
            self._document, variables=self._variables, context=Context(self._world)
        )
        actual = await _collect(found)
        if len(expected) != len(actual):
            return f"{len(actual)} results instead of {len(expected)}: {actual} {expected}"
        for wanted, given in zip(expected, actual, strict=True):
            if isinstance(wanted, str) or isinstance(given, str):
                if wanted != given:
                    return f"{given} instead of {wanted}"
            elif not _is_same(wanted.data, given.data):
                return f"data\n{given.data}\ninstead of\n{wanted.data}"
            elif Counter(_direct(wanted)) != Counter(_direct(given)) or set(_nulled(wanted)) != set(
                _nulled(given)
            ):
                return f"errors\n{_report(given)}\ninstead of\n{_report(wanted)}"
        return None


async def _rest() -> None:
    """graphql-core leaves what has become useless to end in the background."""
    for _ in range(30):
        await asyncio.sleep(0)


async def _collect(stream: Any) -> list[ExecutionResult | str]:
    if isinstance(stream, ExecutionResult):
        return [stream]
    results: list[ExecutionResult | str] = []
    try:
        async for result in stream:
            results.append(result)  # noqa: PERF401 - what came before an error counts
    except Exception as error:  # noqa: BLE001 - what the source raised is what is compared
        results.append(repr(error))
    return results


def _without_propagation(document: DocumentNode) -> DocumentNode:
    name = NameNode(value="experimental_disableErrorPropagation")
    directive = DirectiveNode(name=name, arguments=())
    definitions = (
        _with_directive(each, directive) if isinstance(each, OperationDefinitionNode) else each
        for each in document.definitions
    )
    return DocumentNode(definitions=tuple(definitions), loc=document.loc)


def _with_directive(operation: OperationDefinitionNode, directive: DirectiveNode) -> OperationDefinitionNode:
    fields = {key: getattr(operation, key) for key in operation.keys if key != "directives"}
    return OperationDefinitionNode(**fields, directives=(*(operation.directives or ()), directive))


def _is_same(one: Any, other: Any) -> bool:
    """Equal, of the same classes, keys in the same order."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_is_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return _ADDRESS.sub("", repr(one)) == _ADDRESS.sub("", repr(other))


def _report(result: ExecutionResult) -> list[Reported]:
    return [_describe(error) for error in result.errors or ()]


def _describe(error: GraphQLError) -> Reported:
    locations = [(each.line, each.column) for each in error.locations or ()]
    details = f"{type(error.original_error).__name__} {error.extensions}"
    return _ADDRESS.sub("", error.message), repr(error.path), repr(locations), details


def _position(data: Any, path: Sequence[str | int]) -> tuple[str | int, ...]:
    """Where, on the way to ``path``, the response is null."""
    for length, key in enumerate(path):
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return tuple(path[:length])
        if data is None:
            return tuple(path[: length + 1])
    return tuple(path)


def _direct(result: ExecutionResult) -> list[Reported]:
    """Errors of positions that are null by themselves."""
    return [
        _describe(error)
        for error in result.errors or ()
        if error.path and result.data is not None and _position(result.data, error.path) == tuple(error.path)
    ]


def _nulled(result: ExecutionResult) -> list[tuple[str | int, ...]]:
    return [
        () if result.data is None else _position(result.data, error.path)
        for error in result.errors or ()
        if error.path
    ]
