"""Runs operations: the core's plans, carried out over transports."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Hashable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contracts.subgraph import SubgraphRequest, SubgraphUnavailableError
from kit.telemetry import get_logger, span
from router.core.execution import Execution, FetchFailure, FetchRequest
from router.core.operation import Operation, OperationError, OperationKind, prepare_operation
from router.core.planner import PlanLimits, PlanningError, PlanningLimitError, QueryPlan, plan_operation
from router.core.supergraph import Supergraph
from router.metrics import FETCH_SECONDS, FETCHES
from router.override_labels import OverrideLabels
from router.transports import Transport

VIEWER_TAG = "viewer"
"""``@tag`` on fields whose value depends on who asks."""

_NO_LABELS: frozenset[str] = frozenset()
_LABEL_SETS_KEPT = 32

_log = get_logger("router.engine")


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """How much the engine keeps, and how long it waits: for one fetch, and for all of an operation.

    ``override_labels`` are custom labels that are active.
    """

    operations_kept: int = 1024
    fetch_timeout_s: float = 10.0
    operation_timeout_s: float = 14.0
    planning_timeout_s: float = 2.0
    max_tokens: int = 10_000
    override_labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A parsed, validated and planned operation; any number of requests may run it."""

    operation: Operation
    plan: QueryPlan
    is_viewer_dependent: bool
    key: Hashable

    @property
    def kind(self) -> OperationKind:
        return self.operation.kind


@dataclass(frozen=True, slots=True)
class _Errand:
    """For whom subgraphs are asked, and until when (loop time)."""

    headers: Mapping[str, str]
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
        self._transports = transports
        self._figures = figures or EngineFigures()
        self._labels = OverrideLabels(supergraph.override_labels, self._figures.override_labels)
        self._with_labels = lru_cache(_LABEL_SETS_KEPT)(supergraph.with_labels)
        self._parse = lru_cache(self._figures.operations_kept)(self._parse_afresh)
        self._plan = lru_cache(self._figures.operations_kept)(self._plan_afresh)

    def prepare(self, source: str, operation_name: str | None = None) -> Prepared:
        """Raises OperationError. What was prepared once is remembered; what was refused is not.

        Where fields move from one subgraph to another little by little (``@override`` with a label), each call
        decides anew which of them moved.
        """
        labels = self._parse(source, operation_name).override_labels()
        return self._plan(source, operation_name, self._labels.draw(labels) if labels else _NO_LABELS)

    def _parse_afresh(self, source: str, operation_name: str | None) -> Operation:
        return prepare_operation(self.supergraph, source, operation_name, max_tokens=self._figures.max_tokens)

    def _plan_afresh(self, source: str, operation_name: str | None, labels: frozenset[str]) -> Prepared:
        operation = self._parse(source, operation_name)
        supergraph = self._with_labels(labels) if labels else self.supergraph
        ends_at = time.monotonic() + self._figures.planning_timeout_s
        try:
            plan = plan_operation(
                supergraph, operation, PlanLimits(is_over=lambda: time.monotonic() > ends_at)
            )
        except PlanningLimitError as error:
            raise _refused(str(error), "OPERATION_TOO_COMPLEX") from error
        except PlanningError as error:
            _log.error("operation_without_plan", operation=operation.name, reason=str(error))
            raise _refused("The graph cannot answer this operation.", "INTERNAL_SERVER_ERROR") from error
        return Prepared(
            operation=operation,
            plan=plan,
            is_viewer_dependent=operation.selects_tag(VIEWER_TAG),
            key=(source, operation_name, labels),
        )

    async def execute(
        self, prepared: Prepared, variables: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """The response of a query or mutation. Raises OperationError for wrong variables."""
        coerced = prepared.operation.coerce_variables(variables)
        execution = Execution(prepared.plan, prepared.operation, coerced)
        await self._drive(execution, execution.start(), self._errand(headers))
        return execution.result()

    async def execute_incrementally(
        self, prepared: Prepared, variables: Mapping[str, Any], headers: Mapping[str, str]
    ) -> AsyncGenerator[dict[str, Any]]:
        """The response without what ``@defer`` covers, then that, as it arrives: every answer but the last has
        ``hasNext``. Raises OperationError for wrong variables.
        """
        coerced = prepared.operation.coerce_variables(variables)
        execution = Execution(prepared.plan, prepared.operation, coerced, deferring=True)
        is_answered = False
        async with aclosing(self._rounds(execution, execution.start(), self._errand(headers))) as rounds:
            async for _ in rounds:
                if not is_answered and execution.is_ready:
                    is_answered = True
                    yield execution.result()
                while is_answered and (parts := execution.next_parts()) is not None:
                    yield parts

    async def subscribe(
        self, prepared: Prepared, variables: Mapping[str, Any], headers: Mapping[str, str]
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

    async def map_event(
        self,
        prepared: Prepared,
        variables: Mapping[str, Any],
        headers: Mapping[str, str],
        channel: str,
        event: Mapping[str, Any],
    ) -> dict[str, Any] | None:
        """The response of a subscription for one event; None when its field lets the event pass by."""
        coerced = prepared.operation.coerce_variables(variables)
        execution = Execution(prepared.plan, prepared.operation, coerced)
        [request] = execution.start()
        extensions = {"subscription": {"phase": "event", "channel": channel, "event": event}}
        errand = self._errand(headers)
        response = await self._fetch(request, errand, extensions)
        if not isinstance(response, FetchFailure) and _is_skipped(response):
            return None
        await self._drive(execution, execution.receive(request.id, response), errand)
        return execution.result()

    def _errand(self, headers: Mapping[str, str]) -> _Errand:
        return _Errand(headers, asyncio.get_running_loop().time() + self._figures.operation_timeout_s)

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
        message = SubgraphRequest(
            request.query, request.variables, request.operation_name, errand.headers, extensions
        )
        name = request.subgraph
        try:
            with span("router.fetch", subgraph=name), FETCH_SECONDS.labels(name).time():
                fetch_ends_at = asyncio.get_running_loop().time() + self._figures.fetch_timeout_s
                async with asyncio.timeout_at(min(fetch_ends_at, errand.ends_at)):
                    response = await self._transports[name].execute(message)
        except (SubgraphUnavailableError, TimeoutError) as error:
            _log.warning("subgraph_unavailable", subgraph=name, reason=str(error) or "timed out")
            FETCHES.labels(name, "unavailable").inc()
            return FetchFailure("This part of the graph is unavailable for the moment.")
        FETCHES.labels(name, "errors" if response.get("errors") else "ok").inc()
        return response


def _refused(message: str, code: str) -> OperationError:
    return OperationError([{"message": message, "extensions": {"code": code}}])


def _is_skipped(response: Mapping[str, Any]) -> bool:
    return bool(((response.get("extensions") or {}).get("subscription") or {}).get("skipped"))
