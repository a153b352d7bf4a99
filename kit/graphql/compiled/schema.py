"""Executing operations of one schema, each compiled when it first comes."""

from __future__ import annotations

import linecache
import time
from collections import OrderedDict
from collections.abc import Mapping
from inspect import isawaitable
from typing import Any, Final, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    assert_valid_schema,
)
from graphql.execution import create_source_event_stream
from graphql.execution.async_iterables import map_async_iterable
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.execution.values import VariableValues

from kit.graphql.compiled.columns import Column
from kit.graphql.compiled.documents import Prepared, prepare
from kit.graphql.compiled.metrics import COMPILE_SECONDS, INTERPRETED, PLANS
from kit.graphql.compiled.plan import NotCompilableError, OperationPlan, SelectionPlan
from kit.graphql.compiled.run import Later, Run
from kit.graphql.compiled.settling import settle
from kit.graphql.compiled.source import generate
from kit.graphql.interpreted import InterpretedSchema, Results

MAX_VARIANTS: Final = 64


class CompiledOperation:
    """The functions of one operation, for given values of its conditions."""

    def __init__(self, schema: GraphQLSchema, prepared: Prepared, conditions: Mapping[str, bool]) -> None:
        name = prepared.operation.name
        self._title = name.value if name else prepared.operation.operation.value
        self.files: list[str] = []
        self._is_kept = True
        self.plan = OperationPlan(schema, prepared.operation, prepared.fragments, conditions, self._generate)
        self._generate()

    def _generate(self) -> None:
        try:
            file = generate(self.plan, self._title)
        except (RecursionError, MemoryError, SyntaxError):
            raise NotCompilableError("too_deep") from None
        if self._is_kept:
            self.files.append(file)
        else:
            linecache.cache.pop(file, None)

    async def run(self, variables: VariableValues, context: Any, root: Any) -> ExecutionResult:
        """Executes the operation; subscriptions, once for the event that is ``root``."""
        run = Run(self.plan, variables, context, root)
        if self.plan.serial:
            return await self._run_serially(run)
        data = await _select(run, self.plan.root)
        if not run.faulty_moments:
            return ExecutionResult(data, None)
        settled, errors = settle(run, self.plan.root, data)
        return ExecutionResult(settled, errors or None)

    async def _run_serially(self, run: Run) -> ExecutionResult:
        """A mutation: a field begins when the one before it is done, and none begins after the data is lost."""
        data: dict[str, Any] = {}
        errors: list[GraphQLError] = []
        for selection in self.plan.serial:
            part: dict[str, Any] | None = await _select(run, selection)
            if run.faulty_moments:
                part, more = settle(run, selection, cast("dict[str, Any]", part))
                errors += more
                run.faulty_moments.clear()
            if part is None:
                return ExecutionResult(None, errors)
            data.update(part)
        return ExecutionResult(data, errors or None)

    def forget(self) -> None:
        """Takes its source out of ``linecache``; those who are running it may end."""
        self._is_kept = False
        for file in self.files:
            linecache.cache.pop(file, None)

    def __str__(self) -> str:
        return "".join("".join(linecache.getlines(file)) + "\n" for file in self.files)


async def _select(run: Run, selection: SelectionPlan) -> dict[str, Any]:
    later = Later()
    (data,) = selection.run(run, [run.root], Column(None, None), later)
    if later.columns or later.loads:
        await later.drain()
    return cast("dict[str, Any]", data)


class CompiledSchema:
    """Executes validated documents as graphql-core would, only faster.

    Documents are known by identity: keep a parsed document, and its operations are compiled once. At most
    ``max_operations`` are kept, those used last.
    """

    def __init__(self, schema: GraphQLSchema, *, max_operations: int = 1024) -> None:
        assert_valid_schema(schema)
        self.schema = schema
        self._interpreted = InterpretedSchema(schema)
        self._max_operations = max_operations
        self._prepared: OrderedDict[tuple[int, str | None], tuple[DocumentNode, Prepared | GraphQLError]]
        self._prepared = OrderedDict()
        self._operations: OrderedDict[tuple[Any, ...], CompiledOperation | NotCompilableError] = OrderedDict()
        self._is_incremental = bool(schema.get_directive("defer") or schema.get_directive("stream"))

    async def execute(
        self,
        document: DocumentNode,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        context: Any = None,
        root: Any = None,
    ) -> ExecutionResult:
        """The result of a query or mutation. Resolvers' exceptions are in it; only cancellation is raised."""
        found = self._find(document, operation_name, variables)
        if isinstance(found, ExecutionResult):
            return found
        if isinstance(found, str):
            INTERPRETED.labels(found).inc()
            return await self._interpreted.execute(
                document, variables=variables, operation_name=operation_name, context=context, root=root
            )
        operation, values = found
        return await operation.run(values, context, root)

    async def subscribe(
        self,
        document: DocumentNode,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        context: Any = None,
        root: Any = None,
    ) -> Results:
        """The results of a subscription, one an event, or the one result of a subscription that did not begin."""
        found = self._find(document, operation_name, variables)
        if isinstance(found, ExecutionResult):
            return found
        if isinstance(found, str):
            INTERPRETED.labels(found).inc()
            return await self._interpreted.subscribe(
                document, variables=variables, operation_name=operation_name, context=context, root=root
            )
        operation, values = found
        executor = ExecutorThrowingOnIncremental.build(
            self.schema,
            document,
            root_value=root,
            context_value=context,
            raw_variable_values=dict(variables or {}),
            operation_name=operation_name,
        )
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        events: Any = create_source_event_stream(executor)
        if isawaitable(events):
            events = await events
        if isinstance(events, ExecutionResult):
            return events

        async def execute_event(event: Any) -> ExecutionResult:
            return await operation.run(values, context, event)

        return map_async_iterable(events, execute_event)

    def explain(
        self,
        document: DocumentNode,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> str:
        """The generated source, or why there is none."""
        found = self._find(document, operation_name, variables)
        if isinstance(found, ExecutionResult):
            return f"not executed: {found.errors}"
        return f"interpreted: {found}" if isinstance(found, str) else str(found[0])

    def _find(
        self, document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any] | None
    ) -> ExecutionResult | str | tuple[CompiledOperation, VariableValues]:
        """The operation and its variables; the reason to interpret it; or the result of a request that is wrong."""
        prepared = self._prepare(document, operation_name)
        if isinstance(prepared, GraphQLError):
            return ExecutionResult(None, [prepared])
        if prepared.refusal is not None or self._is_incremental:
            return prepared.refusal or "schema"
        values = prepared.variables.coerce(variables or {})
        if isinstance(values, list):
            return ExecutionResult(None, values)
        coerced = values.coerced
        conditions = tuple(coerced.get(name) for name in prepared.conditions)
        if not all(type(condition) is bool for condition in conditions):
            return "condition"
        operation = self._operation(document, operation_name, prepared, conditions)
        if isinstance(operation, NotCompilableError):
            return operation.reason
        return operation, values

    def _prepare(self, document: DocumentNode, operation_name: str | None) -> Prepared | GraphQLError:
        key = (id(document), operation_name)
        known = self._prepared.get(key)
        if known is None:
            known = self._prepared[key] = (
                document,
                prepare(self.schema, document, operation_name),
            )
            if len(self._prepared) > self._max_operations:
                (identity, _), _ = self._prepared.popitem(last=False)
                self._forget_document(identity)
        else:
            self._prepared.move_to_end(key)
        return known[1]

    def _forget_document(self, identity: int) -> None:
        """The identity may come to be another document's."""
        for key in [key for key in self._operations if key[0] == identity]:
            self._drop(self._operations.pop(key))

    def _operation(
        self,
        document: DocumentNode,
        operation_name: str | None,
        prepared: Prepared,
        conditions: tuple[Any, ...],
    ) -> CompiledOperation | NotCompilableError:
        key = (id(document), operation_name, conditions)
        known = self._operations.get(key)
        if known is not None:
            self._operations.move_to_end(key)
            _HIT.inc()
            return known
        _MISS.inc()
        if len(prepared.variants) >= MAX_VARIANTS and conditions not in prepared.variants:
            return NotCompilableError("variants")
        prepared.variants.add(conditions)
        known = self._operations[key] = self._compile(prepared, conditions)
        if len(self._operations) > self._max_operations:
            self._drop(self._operations.popitem(last=False)[1])
        return known

    def _compile(
        self, prepared: Prepared, conditions: tuple[Any, ...]
    ) -> CompiledOperation | NotCompilableError:
        began = time.perf_counter()
        try:
            return CompiledOperation(
                self.schema, prepared, dict(zip(prepared.conditions, conditions, strict=True))
            )
        except NotCompilableError as error:
            return error.with_traceback(None)
        finally:
            COMPILE_SECONDS.observe(time.perf_counter() - began)

    def _drop(self, operation: CompiledOperation | NotCompilableError) -> None:
        PLANS.labels("evicted").inc()
        if isinstance(operation, CompiledOperation):
            operation.forget()


_HIT = PLANS.labels("hit")
_MISS = PLANS.labels("miss")
