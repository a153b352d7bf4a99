"""Runs operations: the core's plans, carried out over transports."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.subgraph import OVERLOADED, SubgraphRequest, SubgraphUnavailableError
from kit.telemetry import get_logger, span
from router.core.execution import Execution, FetchFailure, FetchRequest
from router.core.operation import OperationError
from router.core.supergraph import Demand, Supergraph
from router.figures import EngineFigures
from router.metrics import FETCH_SECONDS, FETCHES
from router.prepare import Prepared, Preparer
from router.transports import Transport

__all__ = ["Engine", "EngineFigures", "HeaderSource", "Prepared", "Source"]

_AWAY = FetchFailure("This part of the graph is unavailable for the moment.")
_BUSY = FetchFailure("This part of the graph has too much to do for the moment.", OVERLOADED)
_log = get_logger("router.engine")


class HeaderSource(Protocol):
    """What each subgraph gets to see of a request."""

    def of(self, subgraph: str) -> Mapping[str, str]:
        """Lower-case names."""


@dataclass(frozen=True, slots=True)
class SameHeaders:
    """The same for every subgraph."""

    headers: Mapping[str, str]

    def of(self, _subgraph: str) -> Mapping[str, str]:
        """See HeaderSource."""
        return self.headers


@dataclass(frozen=True, slots=True)
class _Errand:
    """For whom subgraphs are asked, and until when by the monotonic clock."""

    headers: HeaderSource
    ends_at: float


@dataclass(frozen=True, slots=True)
class Source:
    """Where a subscription's events come from. ``is_shared``: the same events for every viewer."""

    channels: tuple[str, ...]
    is_shared: bool


class Engine:
    """Belongs to one event loop. ``transports`` by subgraph name; the caller closes them."""

    def __init__(
        self,
        supergraph: Supergraph,
        transports: Mapping[str, Transport],
        figures: EngineFigures | None = None,
    ) -> None:
        self.supergraph = supergraph
        self.figures = figures or EngineFigures()
        self._transports = transports
        self._preparer = Preparer(supergraph, self.figures)

    def prepare(self, source: str, operation_name: str | None = None) -> Prepared:
        """Raises OperationError. What was prepared once is remembered; what was refused is not."""
        return self._preparer.prepare(source, operation_name)

    def restrict(self, prepared: Prepared, denied: frozenset[Demand]) -> Prepared:
        """Without the fields whose demands are not met. Raises OperationError."""
        return self._preparer.restrict(prepared, denied)

    async def warm_up(self, other: Engine, count: int) -> None:
        """Prepares what was asked of another engine last, before this one goes live."""
        for source, operation_name in other._preparer.recent(count):
            # One after the other, and requests in between.
            await asyncio.sleep(0)
            try:
                self._preparer.prepare(source, operation_name)
            except OperationError:
                _log.warning("operation_lost", operation=operation_name)

    async def execute(
        self, prepared: Prepared, variables: Mapping[str, Any], headers: Mapping[str, str] | HeaderSource
    ) -> dict[str, Any]:
        """The response of a query or mutation. Raises OperationError for wrong variables."""
        coerced = prepared.operation.coerce_variables(variables)
        execution = self._execution(prepared, coerced)
        await self._drive(execution, execution.start(), self._errand(headers))
        return self._result(prepared, execution)

    async def execute_incrementally(
        self, prepared: Prepared, variables: Mapping[str, Any], headers: Mapping[str, str] | HeaderSource
    ) -> AsyncGenerator[dict[str, Any]]:
        """The response without what ``@defer`` covers, then that, as it arrives: every answer but the last has
        ``hasNext``. Raises OperationError for wrong variables.
        """
        coerced = prepared.operation.coerce_variables(variables)
        execution = self._execution(prepared, coerced, deferring=True)
        is_answered = False
        async with aclosing(self._rounds(execution, execution.start(), self._errand(headers))) as rounds:
            async for _ in rounds:
                if not is_answered and execution.is_ready:
                    is_answered = True
                    yield self._result(prepared, execution)
                while is_answered and (parts := execution.next_parts()) is not None:
                    yield parts

    async def subscribe(
        self, prepared: Prepared, variables: Mapping[str, Any], headers: Mapping[str, str] | HeaderSource
    ) -> Source:
        """Asks the subgraph where the events come from. Raises OperationError when it refuses."""
        coerced = prepared.operation.coerce_variables(variables)
        [request] = Execution(prepared.plan, prepared.operation, coerced).start()
        response = await self._fetch(request, self._errand(headers), {"subscription": {"phase": "subscribe"}})
        if isinstance(response, FetchFailure):
            raise OperationError([{"message": response.message, "extensions": {"code": response.code}}])
        source = (response.get("extensions") or {}).get("subscription")
        if response.get("errors") or source is None:
            raise OperationError(response.get("errors") or [{"message": "The subscription was refused."}])
        return Source(channels=tuple(source["channels"]), is_shared=bool(source["shared"]))

    def subscription_request(self, prepared: Prepared, variables: Mapping[str, Any]) -> FetchRequest:
        """What to subscribe to, and where, at a subgraph that speaks for itself. Raises OperationError."""
        coerced = prepared.operation.coerce_variables(variables)
        requests = self._execution(prepared, coerced).start()
        if not requests:
            raise OperationError(list(prepared.unauthorized))
        return requests[0]

    async def respond_to_event(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any],
        headers: Mapping[str, str] | HeaderSource,
        payload: Mapping[str, Any],
    ) -> dict[str, Any]:
        """The response to what such a subgraph says; other subgraphs are asked for the rest."""
        coerced = prepared.operation.coerce_variables(variables)
        execution = self._execution(prepared, coerced)
        [request] = execution.start()
        await self._drive(execution, execution.receive(request.id, dict(payload)), self._errand(headers))
        return self._result(prepared, execution)

    async def map_event(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any],
        headers: Mapping[str, str] | HeaderSource,
        channel: str,
        event: Mapping[str, Any],
    ) -> dict[str, Any] | None:
        """The response of a subscription for one event; None when its field lets the event pass by."""
        coerced = prepared.operation.coerce_variables(variables)
        execution = self._execution(prepared, coerced)
        [request] = execution.start()
        extensions = {"subscription": {"phase": "event", "channel": channel, "event": event}}
        errand = self._errand(headers)
        response = await self._fetch(request, errand, extensions)
        if not isinstance(response, FetchFailure) and _is_skipped(response):
            return None
        await self._drive(execution, execution.receive(request.id, response), errand)
        return self._result(prepared, execution)

    def _execution(
        self, prepared: Prepared, variables: Mapping[str, Any], *, deferring: bool = False
    ) -> Execution:
        return Execution(
            prepared.plan, prepared.operation, variables, deferring=deferring, errors=prepared.unauthorized
        )

    def _result(self, prepared: Prepared, execution: Execution) -> dict[str, Any]:
        """The response, with what was taken out of it told where the figures say."""
        response = execution.result()
        if not prepared.denials or self.figures.denials_in == "errors":
            return response
        errors = response["errors"]
        response["errors"] = [error for error in errors if error not in prepared.unauthorized]
        if not response["errors"]:
            del response["errors"]
        if self.figures.denials_in == "extensions":
            response["extensions"] = {"authorizationErrors": list(prepared.unauthorized)}
        return response

    def _errand(self, headers: Mapping[str, str] | HeaderSource) -> _Errand:
        source = SameHeaders(headers) if isinstance(headers, Mapping) else headers
        return _Errand(source, time.monotonic() + self.figures.operation_timeout_s)

    async def _drive(self, execution: Execution, requests: Sequence[FetchRequest], errand: _Errand) -> None:
        """Runs the execution to its end; a lone request needs no task of its own."""
        while len(requests) == 1:
            requests = execution.receive(requests[0].id, await self._fetch(requests[0], errand, {}))
        if not requests:
            return
        async with aclosing(self._rounds(execution, requests, errand)) as rounds:
            async for _ in rounds:
                pass

    async def _rounds(
        self, execution: Execution, requests: Sequence[FetchRequest], errand: _Errand
    ) -> AsyncGenerator[None]:
        """Sends what can be sent, all at once; yields at first, and whenever responses have been taken."""
        running: set[asyncio.Task[tuple[int, dict[str, Any] | FetchFailure]]] = set()
        try:
            while True:
                running.update(
                    asyncio.create_task(self._fetch_with_id(request, errand)) for request in requests
                )
                yield
                if not running:
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                requests = [request for task in done for request in execution.receive(*task.result())]
        finally:
            for task in running:
                task.cancel()

    async def _fetch_with_id(
        self, request: FetchRequest, errand: _Errand
    ) -> tuple[int, dict[str, Any] | FetchFailure]:
        return request.id, await self._fetch(request, errand, {})

    async def _fetch(
        self, request: FetchRequest, errand: _Errand, extensions: Mapping[str, Any]
    ) -> dict[str, Any] | FetchFailure:
        """One request to one subgraph; an outage becomes a FetchFailure."""
        name = request.subgraph
        started = time.monotonic()
        message = SubgraphRequest(
            request.query,
            request.variables,
            request.operation_name,
            errand.headers.of(name),
            extensions,
            request.entities,
            timeout_s=min(self.figures.fetch_timeout_s, errand.ends_at - started),
        )
        try:
            with span("router.fetch", subgraph=name):
                response = await self._transports[name].execute(message)
        except (SubgraphUnavailableError, TimeoutError) as error:
            _log.warning("subgraph_unavailable", subgraph=name, reason=str(error) or "timed out")
            FETCHES.labels(name, "unavailable").inc()
            is_busy = isinstance(error, SubgraphUnavailableError) and error.is_busy
            return _BUSY if is_busy else _AWAY
        finally:
            FETCH_SECONDS.labels(name).observe(time.monotonic() - started)
        FETCHES.labels(name, "errors" if response.get("errors") else "ok").inc()
        return response


def _is_skipped(response: Mapping[str, Any]) -> bool:
    return bool(((response.get("extensions") or {}).get("subscription") or {}).get("skipped"))
