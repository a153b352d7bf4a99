"""Listening to Valkey through outages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from contracts.ids import new_id
from kit.config import Settings
from kit.pubsub import Listener, PubSub

_DEADLINE_S = 20


class Line:
    """The line to Valkey, which can be cut and mended."""

    def __init__(self, url: str) -> None:
        self._far = urlsplit(url)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._ends: list[asyncio.StreamWriter] = []

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}{self._far.path}"

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for end in self._ends:
            end.close()
        await self._server.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._far.hostname, self._far.port)
        self._ends += [writer, far_writer]
        await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
async def line(settings: Settings) -> AsyncIterator[Line]:
    line = Line(settings.valkey_url)
    await line.mend()
    yield line
    await line.cut()


@pytest.fixture
async def pubsub(settings: Settings) -> AsyncIterator[PubSub]:
    """Publishes over a line of its own."""
    pubsub = PubSub.from_settings(settings)
    yield pubsub
    await pubsub.close()


@pytest.fixture
def channel() -> str:
    return f"pubsub-test:{new_id().hex}"


@asynccontextmanager
async def _listening(url: str) -> AsyncIterator[tuple[Listener, asyncio.Queue[tuple[str, Any]]]]:
    """A listener, and what it heard."""
    listener, heard = PubSub(url).listener(), asyncio.Queue[tuple[str, Any]]()

    async def listen() -> None:
        async for item in listener.messages():
            heard.put_nowait(item)

    task = asyncio.create_task(listen())
    try:
        yield listener, heard
    finally:
        assert not task.done(), "a listener listens until it is told to stop"
        task.cancel()
        await asyncio.wait({task})
        await listener.close()


async def _say_until_heard(pubsub: PubSub, channels: list[str], heard: asyncio.Queue[tuple[str, Any]]) -> str:
    """Publishes on all channels until something comes; the channel that it came on."""
    async with asyncio.timeout(_DEADLINE_S):
        while True:
            for channel in channels:
                await pubsub.publish(channel, {"type": "Said"})
            with suppress(TimeoutError):
                return (await asyncio.wait_for(heard.get(), 0.1))[0]


async def test_whoever_was_added_hears_the_next_message(
    settings: Settings, pubsub: PubSub, channel: str
) -> None:
    async with _listening(settings.valkey_url) as (listener, heard):
        await listener.add(channel)
        await pubsub.publish(channel, {"type": "Said", "n": 1})
        assert await asyncio.wait_for(heard.get(), _DEADLINE_S) == (channel, {"type": "Said", "n": 1})


async def test_the_first_channel_may_be_asked_for_in_an_outage(
    line: Line, pubsub: PubSub, channel: str
) -> None:
    await line.cut()
    async with _listening(line.url) as (listener, heard):
        await listener.add(channel)
        await line.mend()
        assert await _say_until_heard(pubsub, [channel], heard) == channel


async def test_what_changes_in_an_outage_holds_after_it(line: Line, pubsub: PubSub, channel: str) -> None:
    old, new = f"{channel}:old", f"{channel}:new"
    async with _listening(line.url) as (listener, heard):
        await listener.add(old)
        assert await _say_until_heard(pubsub, [old], heard) == old
        await line.cut()
        await listener.add(new)
        await listener.remove(old)
        while not heard.empty():
            heard.get_nowait()  # said before the cut
        await line.mend()
        assert await _say_until_heard(pubsub, [old, new], heard) == new


async def test_what_is_no_json_object_is_passed_over(
    settings: Settings, pubsub: PubSub, channel: str
) -> None:
    async with _listening(settings.valkey_url) as (listener, heard):
        await listener.add(channel)
        for malformed in ("not json", "[]", "1"):
            await pubsub._client.publish(channel, malformed)
        await pubsub.publish(channel, {"type": "Said"})
        assert await asyncio.wait_for(heard.get(), _DEADLINE_S) == (channel, {"type": "Said"})
        assert heard.empty()
