"""Runs an operation, and answers in the way that it and its client speak of: whole, in parts, as events."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

from contracts.subgraph import is_shed
from kit.telemetry import get_logger
from router.configuration.model import RouterConfiguration
from router.core.operation import OperationError
from router.core.planner import print_plan
from router.pipeline.control_demand import DemandControl
from router.pipeline.exchange import Call
from router.pipeline.messages import HttpResponse, RefusedError
from router.pipeline.redact import Redactor
from router.pipeline.respond import BROKEN, overloaded, respond
from router.pipeline.step import Step
from router.pipeline.stream import Responses, one_response, stream_deferred, stream_events, stream_multipart
from router.pipeline.subscribe import Subscriptions

_log = get_logger("router")
_PLAN_HEADER = "apollo-expose-query-plan"


class Delivery:
    """Belongs to one pipeline."""

    def __init__(
        self, configuration: RouterConfiguration, demand: DemandControl, subscriptions: Subscriptions | None
    ) -> None:
        self._defers = configuration.supergraph.defer_support
        self._explains = configuration.development.expose_query_plan
        self._streams_max = configuration.subscription.max_opened_subscriptions
        self._takes_subscriptions = configuration.subscription.enabled
        self.subscriptions = subscriptions
        self._demand = demand
        self._redactor = Redactor(configuration.include_subgraph_errors)
        self._streams = 0

    async def deliver(self, call: Call) -> HttpResponse:
        """Raises RefusedError, OperationError."""
        accepted = call.exchange.accepted
        if call.prepared.kind == "subscription":
            return await self._subscribe(call)
        if accepted.events:
            return stream_events(one_response(await self.execute(call)))
        if accepted.defer and self._defers and call.prepared.is_deferring:
            return stream_deferred(self._in_parts(call))
        return await self.deliver_whole(call)

    async def deliver_whole(self, call: Call) -> HttpResponse:
        """In one answer, whatever else would be possible."""
        if call.prepared.kind == "subscription":
            raise RefusedError(400, "BATCHED_SUBSCRIPTION", "Send a subscription in a request of its own.")
        response = await self.execute(call)
        with Step("respond"):
            return respond(call.exchange.accepted, response)

    async def execute(self, call: Call) -> dict[str, Any]:
        """The response to a query or mutation."""
        with Step("execute"):
            response = await call.exchange.engine.execute(
                call.prepared, call.graphql.variables, call.exchange.headers
            )
        if is_shed(response):
            raise overloaded()
        return self._completed(call, response)

    def _completed(self, call: Call, response: dict[str, Any]) -> dict[str, Any]:
        """With what the configuration hides taken out, and what a developer asks for put in."""
        described: dict[str, Any] = {}
        if call.cost is not None and "data" in response:
            variables = call.prepared.operation.coerce_variables(call.graphql.variables)
            described["cost"] = self._demand.describe(call.cost, call.prepared, variables, response)
        if self._explains and call.exchange.request.headers.get(_PLAN_HEADER, "").lower() == "true":
            plan = {"apolloQueryPlan": {"text": print_plan(call.prepared.plan)}}
            response["extensions"] = {**response.get("extensions", {}), **plan, **described}
        return self._redactor.redact(response)

    async def _in_parts(self, call: Call) -> Responses:
        """A response is told first, whatever goes wrong: the status is sent already."""
        exchange = call.exchange
        try:
            parts = exchange.engine.execute_incrementally(
                call.prepared, call.graphql.variables, exchange.headers
            )
            async with aclosing(parts):
                async for part in parts:
                    yield self._completed(call, part)
        except OperationError as error:
            yield {"errors": error.errors, "hasNext": False}
        except Exception:  # noqa: BLE001 - the edge answers whatever went wrong
            _log.exception("request_failed")
            yield {"errors": [BROKEN.error], "hasNext": False}

    async def _subscribe(self, call: Call) -> HttpResponse:
        exchange, accepted = call.exchange, call.exchange.accepted
        may_stream = accepted.events or accepted.multipart_subscription
        if self.subscriptions is None or not (self._takes_subscriptions and may_stream):
            raise RefusedError(
                400,
                "SUBSCRIPTION_NOT_SUPPORTED",
                "Subscribe by text/event-stream, multipart/mixed;subscriptionSpec=1.0 or graphql-transport-ws.",
            )
        if self._streams_max is not None and self._streams >= self._streams_max:
            raise RefusedError(503, "SUBSCRIPTION_LIMIT_REACHED", "Too many subscriptions are open.")
        events = await self.subscriptions.subscribe(
            call.prepared, call.graphql.variables, exchange.client, exchange.headers
        )
        counted = self._counted(events)
        return stream_events(counted) if accepted.events else stream_multipart(counted)

    async def _counted(self, events: Responses) -> Responses:
        self._streams += 1
        try:
            async with aclosing(events):
                async for event in events:
                    yield event
        finally:
            self._streams -= 1
