"""The steps of a request, in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from kit.telemetry import continued_trace, current_traceparent, get_logger, span
from router.configuration.model import RouterConfiguration
from router.core.operation import OperationError
from router.engine import Engine
from router.metrics import LIMITED, REQUEST_SECONDS, REQUESTS
from router.pipeline.accept import negotiate
from router.pipeline.admit import Admission
from router.pipeline.check_request import check_method, check_request
from router.pipeline.compress import compress
from router.pipeline.cors import Cors
from router.pipeline.csrf import check_csrf
from router.pipeline.deliver import Delivery
from router.pipeline.exchange import Call, Exchange
from router.pipeline.identify import Anyone, Identifier
from router.pipeline.messages import (
    Client,
    GraphQLRequest,
    HttpRequest,
    HttpResponse,
    InvalidTokenError,
    RefusedError,
)
from router.pipeline.propagate_headers import HeaderRules, SubgraphHeaders
from router.pipeline.read_request import read_request
from router.pipeline.respond import (
    BROKEN,
    PLAIN,
    is_limit,
    overloaded,
    respond_batch,
    respond_invalid,
    respond_refused,
)
from router.pipeline.step import Step
from router.pipeline.subscribe import Subscriptions

_log = get_logger("router")
Deliver = Callable[[Call], Awaitable[HttpResponse]]


class Pipeline:
    """Raises ValueError or ManifestError for a configuration that can't be used. ``engine`` may be exchanged at any
    time.
    """

    def __init__(
        self,
        engine: Engine,
        identifier: Identifier | None = None,
        configuration: RouterConfiguration | None = None,
        *,
        admission: Admission | None = None,
        subscriptions: Subscriptions | None = None,
    ) -> None:
        self.engine = engine
        self.configuration = configuration = configuration or RouterConfiguration()
        self.max_body_bytes = int(configuration.limits.http_max_request_bytes)
        self._identifier = identifier or Anyone()
        self._admission = admission or Admission(configuration)
        self._rates = self._admission.rates
        self.documents = self._admission.documents
        self.cors = Cors(configuration.cors)
        self._rules = HeaderRules(configuration.headers)
        self._at_once = configuration.traffic_shaping.router.concurrency_limit
        self._under_way = 0
        self.delivery = Delivery(configuration, self._admission.demand, subscriptions)

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answers any request; never raises."""
        preflight = self.cors.preflight(request)
        if preflight is not None:
            return preflight
        if self._at_once is not None and self._under_way >= self._at_once:
            return self.refuse(request, overloaded())
        self._under_way += 1
        try:
            response = await self._answer(request)
        finally:
            self._under_way -= 1
        return compress(request, self.cors.decorate(request, response))

    def refuse(self, request: HttpRequest, refusal: RefusedError) -> HttpResponse:
        """What the server itself has to say against a request."""
        return self.cors.decorate(request, respond_refused(PLAIN, refusal))

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
                exchange = Exchange(self.engine, request, accepted, client, self._headers(request, client))
                if isinstance(graphql, list):
                    response = await self._answer_batch(exchange, graphql)
                else:
                    response = await self._answer_one(exchange, graphql, self.delivery.deliver)
            except RefusedError as refusal:
                REQUESTS.labels("unknown", "refused").inc()
                return respond_refused(accepted, refusal)
            except Exception:  # noqa: BLE001 - the edge answers whatever went wrong
                _log.exception("request_failed")
                REQUESTS.labels("unknown", "failed").inc()
                return respond_refused(accepted, BROKEN)
        if told:
            response.headers = {**response.headers, **told}
        return response

    async def _answer_batch(self, exchange: Exchange, batch: list[GraphQLRequest]) -> HttpResponse:
        """At once, and each for itself; one answer each."""
        whole = self.delivery.deliver_whole
        responses = await asyncio.gather(*(self._answer_one(exchange, each, whole) for each in batch))
        return respond_batch(exchange.accepted, responses)

    async def _answer_one(
        self, exchange: Exchange, graphql: GraphQLRequest, deliver: Deliver
    ) -> HttpResponse:
        """Errors of one operation, told for it alone."""
        started = time.perf_counter()
        kind, outcome = "unknown", "ok"
        try:
            prepared, cost = await self._admission.admit(exchange.engine, graphql, exchange.client)
            kind = prepared.kind
            return await deliver(Call(exchange, graphql, prepared, cost))
        except OperationError as error:
            outcome = "invalid"
            for each in filter(is_limit, error.errors):
                LIMITED.labels(each["extensions"]["code"]).inc()
            return respond_invalid(exchange.accepted, error.errors)
        except RefusedError as refusal:
            outcome = "refused"
            return respond_refused(exchange.accepted, refusal)
        except Exception:  # noqa: BLE001 - one broken operation must not take its batch along
            outcome = "failed"
            _log.exception("request_failed")
            return respond_refused(exchange.accepted, BROKEN)
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
        self._admission.authorizer.check_client(client.claims)
        return client

    def _headers(self, request: HttpRequest, client: Client) -> SubgraphHeaders:
        base = {"traceparent": current_traceparent() or ""}
        return SubgraphHeaders(self._rules, request, client, base)
