"""``POST`` on ``response_cache.invalidation.path``: events of elsewhere drop what is kept, as with Apollo Router."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from router.transports.response_store import ResponseStore

_BODY_MAX = 64 * 1024


class Invalidation:
    """An endpoint. Requests bring the shared key as ``authorization``."""

    def __init__(self, store: ResponseStore, shared_key: str) -> None:
        self._store = store
        self._shared_key = shared_key

    async def answer(self, request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), self._shared_key.encode()):
            return _refuse(401, "UNAUTHENTICATED", "Send the shared key as `authorization`.")
        body = await request.body()
        try:
            tags = list(_tags(orjson.loads(body[:_BODY_MAX])))
        except (ValueError, KeyError, TypeError):
            message = "Send a list of {kind: subgraph | type | cache_tag, …}."
            return _refuse(400, "BAD_REQUEST", message)
        return JSONResponse({"count": await self._store.drop(tags)}, status_code=202)


def _tags(requests: list[Mapping[str, Any]]) -> Iterator[str]:
    """Raises ValueError, KeyError, TypeError."""
    for request in requests:
        match request["kind"]:
            case "subgraph":
                yield f"subgraph:{request['subgraph']}"
            case "type":
                yield f"type:{request['subgraph']}:{request['type']}"
            case "cache_tag":
                yield from (f"tag:{subgraph}:{request['cache_tag']}" for subgraph in request["subgraphs"])
            case other:
                raise ValueError(other)


def _refuse(status: int, code: str, message: str) -> Response:
    return JSONResponse({"errors": [{"message": message, "extensions": {"code": code}}]}, status_code=status)
