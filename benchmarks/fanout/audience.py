"""Sockets that subscribe to one video and note when they hear of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import orjson

_SUBPROTOCOL = "graphql-transport-ws"
_HANDSHAKES = 50
_DEADLINE_S = 60


class Audience:
    """Every socket runs one subscription. One event at a time: the next is told when all have heard the last."""

    def __init__(self, sockets: Sequence[aiohttp.ClientWebSocketResponse]) -> None:
        self._sockets = sockets

    async def hear(self) -> list[float]:
        """When each socket got its next frame, by ``time.perf_counter``. Raises RuntimeError for anything but ``next``."""
        async with asyncio.timeout(_DEADLINE_S):
            return await asyncio.gather(*map(_hear, self._sockets))


@asynccontextmanager
async def subscribed(
    url: str, tokens: Sequence[str | None], query: str, variables: dict[str, Any]
) -> AsyncIterator[Audience]:
    """An audience of one socket per token (None: a stranger), all of them subscribed when the block begins."""
    handshakes = asyncio.Semaphore(_HANDSHAKES)
    subscribe = orjson.dumps(
        {"type": "subscribe", "id": "1", "payload": {"query": query, "variables": variables}}
    )
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )

        async def join(token: str | None) -> aiohttp.ClientWebSocketResponse:
            async with handshakes:
                socket = await session.ws_connect(url, protocols=[_SUBPROTOCOL])
                stack.push_async_callback(socket.close)
                await _subscribe(socket, token, subscribe.decode())
                return socket

        yield Audience(await asyncio.gather(*map(join, tokens)))


async def _subscribe(socket: aiohttp.ClientWebSocketResponse, token: str | None, subscribe: str) -> None:
    payload = {"authorization": f"Bearer {token}"} if token else {}
    await socket.send_str(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
    await _expect(socket, "connection_ack")
    await socket.send_str(subscribe)
    await socket.send_str('{"type":"ping"}')  # answered after the subscription is in place
    await _expect(socket, "pong")


async def _expect(socket: aiohttp.ClientWebSocketResponse, type_: str) -> None:
    frame = await socket.receive_str()
    if orjson.loads(frame)["type"] != type_:
        raise RuntimeError(f"expected {type_}, got {frame[:500]}")


async def _hear(socket: aiohttp.ClientWebSocketResponse) -> float:
    frame = await socket.receive_str()
    heard_at = time.perf_counter()
    if '"type":"next"' not in frame or '"errors"' in frame:
        raise RuntimeError(frame[:500])
    return heard_at
