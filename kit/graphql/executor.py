"""Executes a subgraph's schema for the router, in process or behind HTTP.

Documents come from a router's plans, so there are few and they repeat: each is parsed and validated once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    parse,
    validate,
)

from contracts.subgraph import SubgraphRequest
from contracts.viewer import ANONYMOUS, VIEWER_HEADER, InvalidViewerError, Viewer, read_viewer
from kit.errors import ClientError, UnauthenticatedError
from kit.graphql.compiled import CompiledSchema
from kit.graphql.context import EventSource, RequestContext
from kit.graphql.errors import format_error, format_exception
from kit.graphql.interpreted import Execution, InterpretedSchema
from kit.graphql.limits import MAX_TOKENS, check_size, check_source
from kit.graphql.loading import BatchesOfRequest
from kit.telemetry import span

LoadersT = TypeVar("LoadersT")
_DOCUMENTS_KEPT = 2048


class SchemaExecutor:
    """Answers subgraph requests with a Strawberry schema.

    ``make_context(viewer, event_source)`` gives the context of one operation. Never raises for what a client
    or a resolver did: errors come back in the response.
    """

    def __init__(
        self,
        name: str,
        schema: Any,
        make_context: Callable[[Viewer, EventSource | None], RequestContext[LoadersT]],
        *,
        viewer_secret: str,
    ) -> None:
        self.name = name
        self._schema: GraphQLSchema = schema._schema
        self._execution: Execution = CompiledSchema(self._schema)
        self._make_context = make_context
        self._viewer_secret = viewer_secret
        self._document = lru_cache(_DOCUMENTS_KEPT)(self._load_document)

    def interpret(self) -> None:
        """From now on graphql-core executes, which answers alike."""
        self._execution = InterpretedSchema(self._schema)

    async def __call__(self, request: SubgraphRequest) -> dict[str, Any]:
        try:
            document = self._document(request.query)
            viewer = self._viewer(request.headers)
        except _InvalidDocumentError as error:
            return {"data": None, "errors": [self._format(problem) for problem in error.problems]}
        except ClientError as error:
            return self._refusal(error)
        phase = request.extensions.get("subscription")
        with span("subgraph.execute", subgraph=self.name):
            if phase is not None:
                return await self._subscription_phase(document, request, viewer, phase)
            return await self._execute(document, request, viewer)

    def _load_document(self, query: str) -> DocumentNode:
        check_source(query)
        try:
            document = parse(query, max_tokens=MAX_TOKENS)
        except GraphQLError as error:
            raise _InvalidDocumentError([error]) from error
        check_size(document)
        problems = validate(self._schema, document)
        if problems:
            raise _InvalidDocumentError(problems)
        return document

    def _viewer(self, headers: Mapping[str, str]) -> Viewer:
        token = headers.get(VIEWER_HEADER)
        if token is None:
            return ANONYMOUS
        try:
            return read_viewer(token, self._viewer_secret)
        except InvalidViewerError as error:
            raise UnauthenticatedError(str(error)) from error

    async def _execute(
        self, document: DocumentNode, request: SubgraphRequest, viewer: Viewer
    ) -> dict[str, Any]:
        with BatchesOfRequest():
            result = await self._execution.execute(
                document,
                variables=request.variables,
                operation_name=request.operation_name,
                context=self._make_context(viewer, None),
            )
        return self._response(result)

    async def _subscription_phase(
        self, document: DocumentNode, request: SubgraphRequest, viewer: Viewer, phase: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The two halves of a subscription: name the source stream, or map one event to a response."""
        source = (
            _RecordedChannels()
            if phase.get("phase") == "subscribe"
            else _OneEvent(str(phase["channel"]), phase["event"])
        )
        stream = await self._execution.subscribe(
            document,
            variables=request.variables,
            operation_name=request.operation_name,
            context=self._make_context(viewer, source),
        )
        if isinstance(stream, ExecutionResult):
            return self._response(stream)
        try:
            result = await anext(stream, None)
        except Exception as error:  # noqa: BLE001 - whatever the field's generator raised is shaped like any error
            return {"data": None, "errors": [format_exception(error, subgraph=self.name)]}
        finally:
            await stream.aclose()
        if result is None:
            return {"data": None, "extensions": {"subscription": source.summary()}}
        return self._response(result)

    def _response(self, result: ExecutionResult) -> dict[str, Any]:
        response: dict[str, Any] = {"data": result.data}
        if result.errors:
            response["errors"] = [self._format(error) for error in result.errors]
        return response

    def _refusal(self, error: ClientError) -> dict[str, Any]:
        return {"data": None, "errors": [format_exception(error, subgraph=self.name)]}

    def _format(self, error: GraphQLError) -> dict[str, Any]:
        return format_error(error, subgraph=self.name)


class _InvalidDocumentError(Exception):
    def __init__(self, problems: list[GraphQLError]) -> None:
        super().__init__(str(problems))
        self.problems = problems


class _RecordedChannels:
    """Notes what a field would listen to, and ends."""

    def __init__(self) -> None:
        self._channels: list[str] = []
        self._shared = True

    async def events(self, channel: str, *, shared: bool) -> AsyncIterator[Mapping[str, Any]]:
        self._channels.append(channel)
        self._shared = self._shared and shared
        nothing: tuple[Mapping[str, Any], ...] = ()
        for event in nothing:
            yield event

    def summary(self) -> dict[str, Any]:
        return {"channels": self._channels, "shared": self._shared}


class _OneEvent:
    """Gives a field the one event that arrived."""

    def __init__(self, channel: str, event: Mapping[str, Any]) -> None:
        self._channel = channel
        self._event = event

    async def events(self, channel: str, *, shared: bool) -> AsyncIterator[Mapping[str, Any]]:  # noqa: ARG002
        if channel == self._channel:
            yield self._event

    def summary(self) -> dict[str, Any]:
        return {"skipped": True}
