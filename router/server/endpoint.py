"""``/graphql`` as a bare ASGI application: nothing between the socket and the pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from kit.http_protocol import DirectExchange
from kit.telemetry import get_logger
from router.pipeline.handle import Pipeline
from router.pipeline.messages import HttpRequest, HttpResponse, RefusedError
from router.server.asgi import GoneError, Scope, raw_headers, read_body, read_head, send_response, too_large

_log = get_logger("router.server")


class GraphQLEndpoint:
    """Answers GraphQL, and the page to browsers that navigate here. ``page`` is called for each of them; None is no
    page at all.
    """

    def __init__(self, pipeline: Pipeline, page: Callable[[], str] | None) -> None:
        self.max_body_bytes = pipeline.max_body_bytes
        self._pipeline = pipeline
        self._page = page
        self._streams: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        request = read_head(scope)
        if self._page is not None and _wants_page(request):
            await send_response(send, _html(self._page()))
            return
        try:
            body = await read_body(receive, self.max_body_bytes)
        except GoneError:
            return
        except RefusedError as refusal:
            await send_response(send, self._pipeline.refuse(request, refusal))
            return
        request.body = body
        response = await self._pipeline.handle(request)
        if response.stream is None:
            await send_response(send, response)
        else:
            await self._send_stream(response, receive, send)

    async def answer(self, scope: Scope, body: bytes | None, exchange: DirectExchange) -> None:
        """See kit.http_protocol.Direct."""
        request = read_head(scope)
        if body is None:
            response = self._pipeline.refuse(request, too_large(self.max_body_bytes))
        else:
            request.body = body
            response = await self._pipeline.handle(request)
        if response.stream is None:
            await exchange.reply(response.status, response.headers, response.body)
        else:
            await self._send_stream(response, exchange.receive, exchange.send)

    def end_streams(self) -> None:
        """Hangs up on whoever gets an answer in parts: clients come back, to another process or to the next."""
        for task in self._streams:
            task.cancel()

    async def _send_stream(self, response: HttpResponse, receive: Any, send: Any) -> None:
        """Until it ends, or the client goes."""
        sending = asyncio.create_task(_send_parts(response, send))
        watching = asyncio.create_task(_until_gone(receive))
        self._streams.add(sending)
        try:
            await asyncio.wait({sending, watching}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, watching):
                task.cancel()
            await asyncio.wait({sending, watching})
            self._streams.discard(sending)
        if not sending.cancelled() and sending.exception() is not None:
            _log.warning("stream_failed", reason=type(sending.exception()).__name__)


def _wants_page(request: HttpRequest) -> bool:
    """A browser that navigates: it prefers HTML and asks no question."""
    accept = request.headers.get("accept", "")
    return request.method == "GET" and not request.query and "text/html" in accept


def _html(page: str) -> HttpResponse:
    return HttpResponse(
        200, page.encode(), {"content-type": "text/html; charset=utf-8", "cache-control": "no-cache"}
    )


async def _send_parts(response: HttpResponse, send: Any) -> None:
    assert response.stream is not None
    await send({"type": "http.response.start", "status": response.status, "headers": raw_headers(response)})
    async with aclosing(response.stream):
        async for part in response.stream:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
