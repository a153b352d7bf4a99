"""From GraphQL responses to HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from contracts.subgraph import OVERLOADED
from router.pipeline.accept import GRAPHQL_JSON, Accepted
from router.pipeline.messages import HttpResponse, RefusedError

_HEADERS = {
    media_type: {"content-type": f"{media_type}; charset=utf-8", "cache-control": "no-store"}
    for media_type in (GRAPHQL_JSON, "application/json")
}
PLAIN = Accepted("application/json")
BROKEN = RefusedError(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side.")


def overloaded() -> RefusedError:
    return RefusedError(503, OVERLOADED, "There is too much to do. Try again soon.", {"retry-after": "1"})


def respond(accepted: Accepted, response: Mapping[str, Any]) -> HttpResponse:
    """200 for whatever was executed."""
    return HttpResponse(200, orjson.dumps(response), _HEADERS[accepted.media_type])


def respond_invalid(accepted: Accepted, errors: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """A well-formed request whose document or variables are wrong: 400, or 200 for those who asked for plain JSON
    (GraphQL over HTTP keeps that for clients of old). What exceeds a limit is 400 for everyone.
    """
    is_strict = accepted.media_type == GRAPHQL_JSON or any(map(is_limit, errors))
    status = 400 if is_strict else 200
    return HttpResponse(status, orjson.dumps({"errors": errors}), _HEADERS[accepted.media_type])


def is_limit(error: Mapping[str, Any]) -> bool:
    """Whether a limit was exceeded, by the error's code."""
    code = str((error.get("extensions") or {}).get("code", ""))
    return code.endswith("_LIMIT") or code == "OPERATION_TOO_COMPLEX"


def respond_refused(accepted: Accepted, refusal: RefusedError) -> HttpResponse:
    """A request that did not reach the graph."""
    headers = {**_HEADERS[accepted.media_type], **refusal.headers}
    return HttpResponse(refusal.status, orjson.dumps({"errors": [refusal.error]}), headers)


def respond_batch(accepted: Accepted, responses: Sequence[HttpResponse]) -> HttpResponse:
    """One list, in the order of the requests; 200 whatever became of each."""
    body = b"[" + b",".join(response.body for response in responses) + b"]"
    return HttpResponse(200, body, _HEADERS[accepted.media_type])
