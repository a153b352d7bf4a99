"""The steps of a request, in order."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from kit.telemetry import continued_trace, current_traceparent, get_logger, span
from router.configuration.model import RouterConfiguration
from router.core.operation import OperationError
from router.core.planner import print_plan
from router.engine import Engine, Prepared
from router.metrics import LIMITED, REQUEST_SECONDS, REQUESTS
from router.pipeline.accept import Accepted, negotiate
from router.pipeline.authorize import Authorizer
from router.pipeline.check_request import check_method, check_request
from router.pipeline.compress import compress
from router.pipeline.cors import Cors
from router.pipeline.csrf import check_csrf
from router.pipeline.identify import Anyone, Identifier
from router.pipeline.limit_rate import Buckets, RateLimits
from router.pipeline.messages import (
    Client,
    GraphQLRequest,
    HttpRequest,
    HttpResponse,
    InvalidTokenError,
    RefusedError,
)
from router.pipeline.persisted import DocumentStore, PersistedDocuments
from router.pipeline.propagate_headers import HeaderRules, SubgraphHeaders
from router.pipeline.read_request import read_request
from router.pipeline.redact import Redactor
from router.pipeline.respond import PLAIN, is_limit, respond, respond_batch, respond_invalid, respond_refused
from router.pipeline.step import Step
from router.pipeline.stream import Responses, one_response, stream_deferred, stream_events, stream_multipart
from router.pipeline.subscribe import Subscriptions

_log = get_logger("router")
_BROKEN = RefusedError(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side.")
_LATE = RefusedError(504, "DEADLINE_EXCEEDED", "The graph did not answer in time.")
_PLAN_HEADER = "apollo-expose-query-plan"


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One HTTP request, once it is known who asks and what is accepted in answer."""

    engine: Engine
    request: HttpRequest
    accepted: Accepted
    client: Client
    headers: SubgraphHeaders


class Pipeline:
    """Raises ValueError or ManifestError for a configuration that can't be used.

    ``engine`` may be exchanged at any time: a request ends with the engine that it began with.
    """

    def __init__(
        self,
        engine: Engine,
        identifier: Identifier | None = None,
        configuration: RouterConfiguration | None = None,
        *,
        buckets: Buckets | None = None,
        documents: DocumentStore | None = None,
        subscriptions: Subscriptions | None = None,
    ) -> None:
        self.engine = engine
        self.configuration = configuration or RouterConfiguration()
        self.authorizer = Authorizer(self.configuration.authorization)
        self._identifier = identifier or Anyone()
        self._subscriptions = subscriptions if self.configuration.subscription.enabled else None
        self._cors = Cors(self.configuration.cors)
        self._rates = RateLimits(self.configuration.traffic_shaping.router, buckets)
        self._documents = PersistedDocuments(
            self.configuration.apq, self.configuration.persisted_queries, documents
        )
        self._rules = HeaderRules(self.configuration.headers)
        self._redactor = Redactor(self.configuration.include_subgraph_errors)
        self._streams = 0

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answers any request; never raises."""
        preflight = self._cors.preflight(request)
        if preflight is not None:
            return preflight
        return compress(request, self._cors.decorate(request, await self._answer(request)))

    def refuse(self, request: HttpRequest, refusal: RefusedError) -> HttpResponse:
        """What the server itself has to say against a request."""
        return self._cors.decorate(request, respond_refused(PLAIN, refusal))

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        accepted = PLAIN
        with continued_trace(request.headers.get("traceparent")), span("router.request"):
            try:
                check_request(request)
                check_method(request)
                accepted = negotiate(request.headers.get("accept", ""))
                check_csrf(request, self.configuration.csrf)
                await self._rates.check_all()
                with Step("read"):
                    graphql = read_request(request, self.configuration.batching, self.max_body_bytes)
                with Step("identify"):
                    client = await self._identify(request)
                cost = len(graphql) if isinstance(graphql, list) else 1
                told = await self._rates.check_client(client, cost)
                exchange = _Exchange(self.engine, request, accepted, client, self._headers(request, client))
                if isinstance(graphql, list):
                    response = await self._answer_batch(exchange, graphql)
                else:
                    response = await self._answer_one(exchange, graphql, self._execute)
            except RefusedError as refusal:
                REQUESTS.labels("unknown", "refused").inc()
                return respond_refused(accepted, refusal)
            except Exception:  # noqa: BLE001 - the edge answers whatever went wrong
                _log.exception("request_failed")
                REQUESTS.labels("unknown", "failed").inc()
                return respond_refused(accepted, _BROKEN)
        return replace(response, headers={**response.headers, **told}) if told else response

    @property
    def max_body_bytes(self) -> int:
        return int(self.configuration.limits.http_max_request_bytes)

    async def _answer_batch(self, exchange: _Exchange, batch: list[GraphQLRequest]) -> HttpResponse:
        """At once, and each for itself; one answer each."""
        responses = await asyncio.gather(
            *(self._answer_one(exchange, graphql, self._execute_to_end) for graphql in batch)
        )
        return respond_batch(exchange.accepted, responses)

    async def _answer_one(self, exchange: _Exchange, graphql: GraphQLRequest, execute: Any) -> HttpResponse:
        """Errors of one operation, told for it alone."""
        started = time.perf_counter()
        kind, outcome = "unknown", "ok"
        try:
            prepared = await self._prepare(exchange, graphql)
            kind = prepared.kind
            response: HttpResponse = await execute(exchange, graphql, prepared)
        except OperationError as error:
            outcome = "invalid"
            _count_limits(error)
            return respond_invalid(exchange.accepted, error.errors)
        except RefusedError as refusal:
            outcome = "refused"
            return respond_refused(exchange.accepted, refusal)
        except Exception:  # noqa: BLE001 - one broken operation must not take its batch along
            outcome = "failed"
            _log.exception("request_failed")
            return respond_refused(exchange.accepted, _BROKEN)
        else:
            return response
        finally:
            REQUESTS.labels(kind, outcome).inc()
            REQUEST_SECONDS.labels(kind).observe(time.perf_counter() - started)

    async def _identify(self, request: HttpRequest) -> Client:
        try:
            client = await self._identifier.identify(request)
        except InvalidTokenError as error:
            raise RefusedError(
                401, "UNAUTHENTICATED", str(error), {"www-authenticate": 'Bearer error="invalid_token"'}
            ) from error
        self.authorizer.check_client(client.claims)
        return client

    def _headers(self, request: HttpRequest, client: Client) -> SubgraphHeaders:
        base = {"traceparent": current_traceparent() or ""}
        return SubgraphHeaders(self._rules, request, client, base)

    async def _prepare(self, exchange: _Exchange, graphql: GraphQLRequest) -> Prepared:
        document = await self._documents.find(graphql)
        with Step("prepare"):
            prepared = exchange.engine.prepare(document, graphql.operation_name)
        if prepared.kind == "mutation" and not graphql.may_write:
            raise RefusedError(405, "METHOD_NOT_ALLOWED", "Send mutations with POST.", {"allow": "POST"})
        if prepared.operation.introspection is not None and not self.configuration.supergraph.introspection:
            raise RefusedError(
                400, "INTROSPECTION_DISABLED", "Introspection is off here; ask for the schema's file."
            )
        with Step("authorize"):
            return self.authorizer.restrict(exchange.engine, prepared, exchange.client.claims)

    async def _execute(
        self, exchange: _Exchange, graphql: GraphQLRequest, prepared: Prepared
    ) -> HttpResponse:
        """In one answer, or in parts where operation and client both speak of them."""
        if prepared.kind == "subscription":
            return await self._subscribe(exchange, graphql, prepared)
        if exchange.accepted.events:
            return stream_events(one_response(await self._response(exchange, graphql, prepared)))
        is_incremental = exchange.accepted.defer and self.configuration.supergraph.defer_support
        if is_incremental and prepared.is_deferring:
            return stream_deferred(self._in_parts(exchange, graphql, prepared))
        return await self._execute_to_end(exchange, graphql, prepared)

    async def _execute_to_end(
        self, exchange: _Exchange, graphql: GraphQLRequest, prepared: Prepared
    ) -> HttpResponse:
        if prepared.kind == "subscription":
            raise RefusedError(400, "BATCHED_SUBSCRIPTION", "Send a subscription in a request of its own.")
        response = await self._response(exchange, graphql, prepared)
        with Step("respond"):
            return respond(exchange.accepted, response)

    async def _response(
        self, exchange: _Exchange, graphql: GraphQLRequest, prepared: Prepared
    ) -> dict[str, Any]:
        try:
            with Step("execute"):
                async with asyncio.timeout(self.configuration.traffic_shaping.router.timeout):
                    response = await exchange.engine.execute(prepared, graphql.variables, exchange.headers)
        except TimeoutError as error:
            raise _LATE from error
        return self._redactor.redact(self._explained(exchange, prepared, response))

    def _explained(self, exchange: _Exchange, prepared: Prepared, response: dict[str, Any]) -> dict[str, Any]:
        """With the query plan, for developers that ask for it."""
        wants_plan = exchange.request.headers.get(_PLAN_HEADER, "").lower() == "true"
        if wants_plan and self.configuration.development.expose_query_plan:
            plan = {"apolloQueryPlan": {"text": print_plan(prepared.plan)}}
            response["extensions"] = {**response.get("extensions", {}), **plan}
        return response

    async def _in_parts(self, exchange: _Exchange, graphql: GraphQLRequest, prepared: Prepared) -> Responses:
        """A response is told first, whatever goes wrong: the status is sent already."""
        try:
            parts = exchange.engine.execute_incrementally(prepared, graphql.variables, exchange.headers)
            async with asyncio.timeout(self.configuration.traffic_shaping.router.timeout), aclosing(parts):
                async for part in parts:
                    yield self._redactor.redact(self._explained(exchange, prepared, part))
        except OperationError as error:
            yield {"errors": error.errors, "hasNext": False}
        except TimeoutError:
            yield {"errors": [_LATE.error], "hasNext": False}
        except Exception:  # noqa: BLE001 - the edge answers whatever went wrong
            _log.exception("request_failed")
            yield {"errors": [_BROKEN.error], "hasNext": False}

    async def _subscribe(
        self, exchange: _Exchange, graphql: GraphQLRequest, prepared: Prepared
    ) -> HttpResponse:
        accepted = exchange.accepted
        if self._subscriptions is None or not (accepted.events or accepted.multipart_subscription):
            raise RefusedError(
                400,
                "SUBSCRIPTION_NOT_SUPPORTED",
                "Subscribe by text/event-stream, multipart/mixed;subscriptionSpec=1.0 or graphql-transport-ws.",
            )
        limit = self.configuration.subscription.max_opened_subscriptions
        if limit is not None and self._streams >= limit:
            raise RefusedError(503, "SUBSCRIPTION_LIMIT_REACHED", "Too many subscriptions are open.")
        events = await self._subscriptions.subscribe(
            prepared, graphql.variables, exchange.client, exchange.headers
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


def _count_limits(error: OperationError) -> None:
    for each in filter(is_limit, error.errors):
        LIMITED.labels(each["extensions"]["code"]).inc()
