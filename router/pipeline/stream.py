"""Answers in parts: ``@defer`` and subscriptions over ``multipart/mixed``, anything over server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any, TypeAlias

import orjson

from router.metrics import STREAMS
from router.pipeline.messages import HttpResponse

HEARTBEAT_S = 5.0
_NO_STORE = {"cache-control": "no-store", "x-accel-buffering": "no"}
_PART = b"content-type: application/json; charset=utf-8\r\n\r\n"

Response: TypeAlias = Mapping[str, Any] | orjson.Fragment
"""Encoded already, where many get the same."""
Responses: TypeAlias = AsyncGenerator[Response]


def stream_deferred(responses: Responses) -> HttpResponse:
    """Incremental delivery as of 2022-08-24, which Apollo's clients speak."""
    content_type = 'multipart/mixed;boundary="-";deferSpec=20220824'

    async def parts() -> AsyncGenerator[bytes]:
        async with aclosing(responses):
            async for response in responses:
                yield b"\r\n---\r\n" + _PART + orjson.dumps(response)
            yield b"\r\n-----\r\n"

    return _response(content_type, "defer", parts())


def stream_multipart(responses: Responses, heartbeat_s: float = HEARTBEAT_S) -> HttpResponse:
    """Apollo's multipart protocol for subscriptions, version 1.0."""
    content_type = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0'

    async def parts() -> AsyncGenerator[bytes]:
        async with aclosing(_with_heartbeat(responses, heartbeat_s)) as beating:
            async for response in beating:
                payload = {} if response is None else {"payload": response}
                yield b"\r\n--graphql\r\n" + _PART + orjson.dumps(payload)
            yield b"\r\n--graphql--\r\n"

    return _response(content_type, "subscription", parts())


def stream_events(responses: Responses, heartbeat_s: float = HEARTBEAT_S) -> HttpResponse:
    """GraphQL over server-sent events, distinct connections mode."""

    async def events() -> AsyncGenerator[bytes]:
        # Headers alone tell nobody that the stream is open.
        yield b":\n\n"
        async with aclosing(_with_heartbeat(responses, heartbeat_s)) as beating:
            async for response in beating:
                yield (
                    b":\n\n"
                    if response is None
                    else b"event: next\ndata: " + orjson.dumps(response) + b"\n\n"
                )
            yield b"event: complete\ndata:\n\n"

    return _response("text/event-stream; charset=utf-8", "events", events())


async def one_response(response: Mapping[str, Any]) -> Responses:
    """For a way that carries several."""
    yield response


def _response(content_type: str, kind: str, parts: AsyncGenerator[bytes]) -> HttpResponse:
    headers = {"content-type": content_type, **_NO_STORE}
    return HttpResponse(200, b"", headers, _counted(parts, kind))


async def _counted(parts: AsyncGenerator[bytes], kind: str) -> AsyncGenerator[bytes]:
    STREAMS.labels(kind).inc()
    try:
        async with aclosing(parts):
            async for part in parts:
                yield part
    finally:
        STREAMS.labels(kind).dec()


async def _with_heartbeat(responses: Responses, every_s: float) -> AsyncGenerator[Response | None]:
    """None whenever nothing came for so long."""
    iterator: AsyncIterator[Response] = aiter(responses)
    coming: asyncio.Future[Response] | None = None
    try:
        while True:
            if coming is None:
                coming = asyncio.ensure_future(anext(iterator))
            done, _ = await asyncio.wait({coming}, timeout=every_s)
            if not done:
                yield None
                continue
            ready, coming = coming, None
            try:
                yield ready.result()
            except StopAsyncIteration:
                return
    finally:
        if coming is not None:
            coming.cancel()
            await asyncio.wait({coming})
        await responses.aclose()
