"""From a GraphQL response to HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from router.pipeline.messages import HttpRequest, HttpResponse, RefusedError

GRAPHQL_JSON = "application/graphql-response+json"
_JSON = "application/json"


def respond(request: HttpRequest, response: Mapping[str, Any]) -> HttpResponse:
    """200 for whatever was executed."""
    return _encode(request, 200, response)


def respond_invalid(request: HttpRequest, errors: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """A well-formed request whose document or variables are wrong: 400, or 200 for those who asked for plain JSON
    (GraphQL over HTTP keeps that for clients of old).
    """
    return _encode(request, 400 if _accepts_graphql_json(request) else 200, {"errors": errors})


def respond_refused(request: HttpRequest, refusal: RefusedError) -> HttpResponse:
    """A request that did not reach the graph."""
    return _encode(request, refusal.status, {"errors": [refusal.error]}, refusal.headers)


def _encode(
    request: HttpRequest,
    status: int,
    response: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    content_type = GRAPHQL_JSON if _accepts_graphql_json(request) else _JSON
    return HttpResponse(
        status=status,
        body=orjson.dumps(response),
        headers={
            "content-type": f"{content_type}; charset=utf-8",
            "cache-control": "no-store",
            **(headers or {}),
        },
    )


def _accepts_graphql_json(request: HttpRequest) -> bool:
    return GRAPHQL_JSON in request.headers.get("accept", "")
