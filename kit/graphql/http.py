"""A subgraph behind HTTP, for a router in another process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from contracts.subgraph import DEADLINE_HEADER, SubgraphExecutor, SubgraphRequest, is_shed
from kit.http_protocol import DirectExchange
from kit.service import Check, add_health
from kit.telemetry import continued_trace, get_logger

_PATH = "/graphql"
_JSON = {"content-type": "application/json"}
_SHED = {**_JSON, "retry-after": "1"}
_log = get_logger("subgraph.http")


class SubgraphApp:
    """``POST /graphql`` by the short way of ``kit.http_protocol.Direct``: whoever hangs up cancels what was asked.

    It trusts signed viewer claims and nothing else, yet belongs into a private network: it limits documents and how many
    requests it works on, not who asks or how often.
    """

    direct_path = _PATH.encode()
    max_body_bytes = 8 * 1024 * 1024

    def __init__(self, executor: SubgraphExecutor, others: Starlette, max_at_once: int) -> None:
        self._executor = executor
        self._others = others
        self._max_at_once = max_at_once
        self._under_way = 0
        others.add_route(_PATH, self._answer_slowly, methods=["POST"], include_in_schema=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._others(scope, receive, send)

    async def answer(self, scope: Any, body: bytes | None, exchange: DirectExchange) -> None:
        """See kit.http_protocol.Direct."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status, answer = await self._respond(headers, body)
        await exchange.reply(status, _SHED if status == 503 else _JSON, orjson.dumps(answer))

    async def _answer_slowly(self, request: Request) -> Response:
        """With a query string, for instance."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self.max_body_bytes:
                break
        is_too_large = len(body) > self.max_body_bytes
        status, answer = await self._respond(dict(request.headers), None if is_too_large else body)
        return Response(orjson.dumps(answer), status, _SHED if status == 503 else _JSON)

    async def _respond(
        self, headers: Mapping[str, str], body: bytes | bytearray | None
    ) -> tuple[int, dict[str, Any]]:
        """Status and answer, within the time that the router says it will wait."""
        if body is None:
            return 413, _refusal("REQUEST_TOO_LARGE", "The request is too large.")
        if self._under_way >= self._max_at_once:
            return 503, _refusal("OVERLOADED", "There is too much to do. Try again soon.")
        try:
            request = _read(orjson.loads(body), headers)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
            return 400, _refusal("BAD_REQUEST", "The body is no GraphQL request.")
        self._under_way += 1
        try:
            with continued_trace(headers.get("traceparent")):
                async with asyncio.timeout(request.timeout_s):
                    answer = await self._executor(request)
        except TimeoutError:
            return 504, _refusal("DEADLINE_EXCEEDED", "The answer took too long.")
        except Exception:  # noqa: BLE001 - the edge answers whatever went wrong
            _log.exception("request_failed")
            return 500, _refusal("INTERNAL_SERVER_ERROR", "Something went wrong on our side.")
        finally:
            self._under_way -= 1
        return (503 if is_shed(answer) else 200), answer


def create_subgraph_app(
    executor: SubgraphExecutor,
    *,
    checks: Mapping[str, Check],
    documents: Mapping[str, Mapping[str, Any]] | None = None,
    max_at_once: int = 1000,
) -> SubgraphApp:
    """``POST /graphql``, health and metrics. ``documents`` are JSON documents by path."""
    others = Starlette()
    add_health(others, checks)
    for path, document in (documents or {}).items():
        others.add_route(path, _serve(document), include_in_schema=False)
    return SubgraphApp(executor, others, max_at_once)


def _read(payload: Any, headers: Mapping[str, str]) -> SubgraphRequest:
    if not isinstance(payload["query"], str):
        raise TypeError
    deadline_ms = headers.get(DEADLINE_HEADER, "")
    return SubgraphRequest(
        query=payload["query"],
        variables=dict(payload.get("variables") or {}),
        operation_name=payload.get("operationName"),
        headers=headers,
        extensions=dict(payload.get("extensions") or {}),
        timeout_s=int(deadline_ms) / 1000 if deadline_ms.isdecimal() else None,
    )


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def _serve(document: Mapping[str, Any]) -> Any:
    async def answer(_: Request) -> Response:
        return JSONResponse(dict(document))

    return answer
