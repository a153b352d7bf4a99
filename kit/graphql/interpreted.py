"""Execution by graphql-core, with the interface of the compiled one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from inspect import isawaitable
from typing import Any, Protocol, TypeAlias, cast

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute, subscribe

Results: TypeAlias = AsyncGenerator[ExecutionResult, None] | ExecutionResult


class Execution(Protocol):
    """Executes validated documents against one schema."""

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


class InterpretedSchema:
    """graphql-core, which looks at every field of every object anew."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema

    async def execute(
        self,
        document: DocumentNode,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        context: Any = None,
        root: Any = None,
    ) -> ExecutionResult:
        result = execute(
            self.schema,
            document,
            root_value=root,
            context_value=context,
            variable_values=dict(variables or {}),
            operation_name=operation_name,
        )
        return await result if isawaitable(result) else result

    async def subscribe(
        self,
        document: DocumentNode,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        context: Any = None,
        root: Any = None,
    ) -> Results:
        stream = subscribe(
            self.schema,
            document,
            root_value=root,
            context_value=context,
            variable_values=dict(variables or {}),
            operation_name=operation_name,
        )
        return cast("Results", await stream if isawaitable(stream) else stream)
