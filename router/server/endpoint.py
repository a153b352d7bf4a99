"""``/graphql`` as a bare ASGI application: nothing between the socket and the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from router.pipeline.handle import Pipeline
from router.pipeline.messages import HttpRequest, HttpResponse, RefusedError
from router.pipeline.respond import respond_refused

Scope: TypeAlias = Any
DEFAULT_MAX_BODY_BYTES = 1024 * 1024


class GraphQLEndpoint:
    """Answers GraphQL, and the page to browsers that navigate here. ``page`` is called for each of them."""

    def __init__(
        self,
        pipeline: Pipeline,
        page: Callable[[], str],
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
    ) -> None:
        self._pipeline = pipeline
        self._page = page
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        request = HttpRequest(
            method=scope["method"],
            headers=headers,
            query=query,
            body=b"",
            client_ip=scope["client"][0] if scope.get("client") else None,
        )
        if _wants_page(request):
            await _send(send, _html(self._page()))
            return
        try:
            body = await self._read_body(receive)
        except _GoneError:
            return
        except RefusedError as refusal:
            await _send(send, respond_refused(request, refusal))
            return
        complete = HttpRequest(request.method, headers, query, body, request.client_ip)
        await _send(send, await self._pipeline.handle(complete))

    async def _read_body(self, receive: Any) -> bytes:
        body: bytes = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _GoneError
            body += message.get("body", b"")
            if len(body) > self._max_body_bytes:
                raise RefusedError(
                    413, "REQUEST_TOO_LARGE", f"A request has {self._max_body_bytes} bytes at most."
                )
            if not message.get("more_body"):
                return body


class _GoneError(Exception):
    """The client hung up before its request was complete."""


def _wants_page(request: HttpRequest) -> bool:
    """A browser that navigates: it prefers HTML and asks no question."""
    accept = request.headers.get("accept", "")
    return request.method == "GET" and "query" not in request.query and "text/html" in accept


def _html(page: str) -> HttpResponse:
    return HttpResponse(
        200, page.encode(), {"content-type": "text/html; charset=utf-8", "cache-control": "no-cache"}
    )


async def _send(send: Any, response: HttpResponse) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
