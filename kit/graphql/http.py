"""A subgraph behind HTTP, for a router in another process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from contracts.subgraph import SubgraphExecutor, SubgraphRequest
from kit.service import Check, add_health
from kit.telemetry import continued_trace

_MAX_BODY_BYTES = 8 * 1024 * 1024


def create_subgraph_app(
    executor: SubgraphExecutor,
    *,
    checks: Mapping[str, Check],
    documents: Mapping[str, Mapping[str, Any]] | None = None,
) -> FastAPI:
    """``POST /graphql``, health and metrics. ``documents`` are JSON documents by path.

    It trusts signed viewer claims and nothing else, yet belongs into a private network: it has no limits of its own.
    """
    app = FastAPI(openapi_url=None)
    add_health(app, checks)

    async def graphql(request: Request) -> Response:
        return await _answer(executor, request)

    app.add_api_route("/graphql", graphql, methods=["POST"], include_in_schema=False)
    for path, document in (documents or {}).items():
        app.add_api_route(path, _serve(document), include_in_schema=False)
    return app


async def _answer(executor: SubgraphExecutor, request: Request) -> Response:
    body = await request.body()
    if len(body) > _MAX_BODY_BYTES:
        return _bad_request(413, "the request is too large")
    try:
        payload = orjson.loads(body)
        message = _read(payload, request)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return _bad_request(400, "the body is no GraphQL request")
    with continued_trace(request.headers.get("traceparent")):
        answer = await executor(message)
    return Response(orjson.dumps(answer), media_type="application/json")


def _read(payload: Any, request: Request) -> SubgraphRequest:
    if not isinstance(payload["query"], str):
        raise TypeError
    return SubgraphRequest(
        query=payload["query"],
        variables=dict(payload.get("variables") or {}),
        operation_name=payload.get("operationName"),
        headers=dict(request.headers.items()),
        extensions=dict(payload.get("extensions") or {}),
    )


def _bad_request(status: int, message: str) -> Response:
    error = {"message": message, "extensions": {"code": "BAD_REQUEST"}}
    return JSONResponse({"errors": [error]}, status_code=status)


def _serve(document: Mapping[str, Any]) -> Any:
    async def answer() -> Response:
        return JSONResponse(dict(document))

    return answer
