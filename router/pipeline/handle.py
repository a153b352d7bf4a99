"""The steps of a request, in order."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.viewer import VIEWER_HEADER, Viewer
from kit.telemetry import continued_trace, current_traceparent, get_logger, span
from router.core.operation import OperationError
from router.engine import Engine, Prepared
from router.metrics import REQUEST_SECONDS, REQUESTS
from router.pipeline.messages import (
    GraphQLRequest,
    HttpRequest,
    HttpResponse,
    InvalidTokenError,
    RefusedError,
)
from router.pipeline.read_request import read_request
from router.pipeline.respond import respond, respond_invalid, respond_refused

if TYPE_CHECKING:
    from router.pipeline.authenticate import (
        Authenticator,  # brings cryptography, which not every router needs
    )

_log = get_logger("router")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """``authenticator`` is None for a router that stands in front of foreign subgraphs: everyone is anonymous,
    and the client's ``authorization`` is passed on.
    """

    engine: Engine
    authenticator: Authenticator | None = None
    deadline_s: float = 15.0

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answers any request; never raises."""
        started = time.perf_counter()
        kind, outcome = "unknown", "ok"
        with continued_trace(request.headers.get("traceparent")), span("router.request"):
            try:
                graphql = read_request(request)
                headers = await self._headers(request)
                prepared = self._prepare(graphql)
                kind = prepared.kind
                response = await self._execute(prepared, graphql, headers)
                return respond(request, response)
            except OperationError as error:
                outcome = "invalid"
                return respond_invalid(request, error.errors)
            except RefusedError as refusal:
                outcome = "refused"
                return respond_refused(request, refusal)
            except Exception:  # noqa: BLE001 - the edge answers whatever went wrong
                outcome = "failed"
                _log.exception("request_failed")
                return respond_refused(
                    request, RefusedError(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side.")
                )
            finally:
                REQUESTS.labels(kind, outcome).inc()
                REQUEST_SECONDS.labels(kind).observe(time.perf_counter() - started)

    async def _headers(self, request: HttpRequest) -> dict[str, str]:
        """What subgraphs get to see of the request."""
        headers = {"traceparent": current_traceparent() or ""}
        if self.authenticator is None:
            if "authorization" in request.headers:
                headers["authorization"] = request.headers["authorization"]
            return headers
        viewer = await self._viewer(self.authenticator, request)
        headers[VIEWER_HEADER] = self.authenticator.sign(viewer)
        return headers

    async def _viewer(self, authenticator: Authenticator, request: HttpRequest) -> Viewer:
        try:
            return await authenticator.viewer(request.headers.get("authorization"), request.client_ip)
        except InvalidTokenError as error:
            raise RefusedError(
                401, "UNAUTHENTICATED", str(error), {"www-authenticate": 'Bearer error="invalid_token"'}
            ) from error

    def _prepare(self, graphql: GraphQLRequest) -> Prepared:
        prepared = self.engine.prepare(graphql.query, graphql.operation_name)
        if prepared.kind == "subscription":
            raise RefusedError(
                400, "SUBSCRIPTION_NOT_SUPPORTED", "Subscribe over the WebSocket (graphql-transport-ws)."
            )
        if prepared.kind == "mutation" and not graphql.may_write:
            raise RefusedError(405, "METHOD_NOT_ALLOWED", "Send mutations with POST.", {"allow": "POST"})
        return prepared

    async def _execute(
        self, prepared: Prepared, graphql: GraphQLRequest, headers: dict[str, str]
    ) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self.deadline_s):
                return await self.engine.execute(prepared, graphql.variables, headers)
        except TimeoutError as error:
            raise RefusedError(504, "DEADLINE_EXCEEDED", "The graph did not answer in time.") from error
