"""The bus on Valkey when an answer is lost on its way, as when Valkey dies between writing and sending."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from kit.bus import BusError, Delivery, Message
from kit.bus.valkey import ValkeyBus
from kit.config import Settings

_DEADLINE_S = 20


class Cut:
    """Passes bytes on to Valkey and back; with ``word`` set, cuts the connection instead of passing the answer
    to a command that has this word in it."""

    def __init__(self, host: str, port: int) -> None:
        self._valkey = (host, port)
        self.word: bytes | None = None
        self.cuts = 0

    async def handle(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, on = await asyncio.open_connection(*self._valkey)
        is_doomed = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._commands(client, on, is_doomed))
                tasks.create_task(self._answers(server, back, is_doomed))
        except* ConnectionError:
            pass
        finally:
            on.close()
            back.close()

    async def _commands(
        self, client: asyncio.StreamReader, on: asyncio.StreamWriter, is_doomed: asyncio.Event
    ) -> None:
        while data := await client.read(65536):
            if self.word is not None and self.word in data:
                self.word = None
                is_doomed.set()
            on.write(data)
            await on.drain()
        raise ConnectionResetError

    async def _answers(
        self, server: asyncio.StreamReader, back: asyncio.StreamWriter, is_doomed: asyncio.Event
    ) -> None:
        while data := await server.read(65536):
            if is_doomed.is_set():
                self.cuts += 1
                raise ConnectionResetError
            back.write(data)
            await back.drain()
        raise ConnectionResetError


@pytest.fixture
async def cut(settings: Settings) -> AsyncIterator[tuple[Cut, str]]:
    """The cutter, and the URL of Valkey behind it."""
    at = urlsplit(settings.valkey_url)
    cutter = Cut(at.hostname or "127.0.0.1", at.port or 6379)
    server = await asyncio.start_server(cutter.handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield cutter, f"redis://127.0.0.1:{port}{at.path}"
    server.close()


@asynccontextmanager
async def opened(url: str, prefix: str) -> AsyncIterator[ValkeyBus]:
    bus = ValkeyBus(url, prefix=prefix, partitions=1, lease_s=_DEADLINE_S * 2)
    yield bus
    await bus.close()


def message(number: int) -> Message:
    return Message("facts", "key", str(number).encode())


async def taken(bus: ValkeyBus, count: int) -> list[Delivery]:
    """What a consumer that subscribes again after every lost connection is given and has done."""
    found: list[Delivery] = []
    async with asyncio.timeout(_DEADLINE_S):
        while len(found) < count:
            subscription = await bus.subscribe(["facts"], "group")
            try:
                while len(found) < count:
                    for delivery in await subscription.poll(wait_s=0.1):
                        found.append(delivery)
                        await subscription.done(delivery)
            except BusError:
                continue
            finally:
                await subscription.close()
    return found


@pytest.mark.parametrize("word", [b"XREADGROUP", b"XAUTOCLAIM", b"XACK", b"EVAL"])
async def test_what_was_given_in_an_answer_that_got_lost_is_given_again(
    settings: Settings, cut: tuple[Cut, str], word: bytes
) -> None:
    cutter, url = cut
    prefix = f"{secrets.token_hex(4)}."
    async with opened(settings.valkey_url, prefix) as direct, opened(url, prefix) as behind:
        dying = await direct.subscribe(["facts"], "group")
        await direct.publish([message(number) for number in range(3)])
        assert len(await dying.poll(wait_s=1)) == 3
        await dying.close()
        await direct.publish([message(number) for number in range(3, 6)])
        cutter.word = word
        found = await taken(behind, 6)
    assert cutter.cuts == 1
    assert list(dict.fromkeys(each.message.payload for each in found)) == [b"0", b"1", b"2", b"3", b"4", b"5"]


async def test_a_publish_whose_answer_got_lost_is_repeated(settings: Settings, cut: tuple[Cut, str]) -> None:
    cutter, url = cut
    prefix = f"{secrets.token_hex(4)}."
    async with opened(url, prefix) as bus:
        cutter.word = b"XADD"
        await bus.publish([message(1), message(2)])
        kept = [each.message.payload for each in await bus.read_all("facts", limit=10)]
    assert cutter.cuts == 1
    assert kept == [b"1", b"2", b"1", b"2"]


async def test_recovering_counts_only_against_the_message_in_hand(settings: Settings) -> None:
    """Or messages behind one that kills its consumers would be given up with it."""
    async with opened(settings.valkey_url, f"{secrets.token_hex(4)}.") as bus:
        await bus.publish([message(number) for number in range(3)])
        first = await bus.subscribe(["facts"], "group")
        assert [each.attempt for each in await first.poll(wait_s=1)] == [1, 1, 1]
        await first.close()
        for attempt in (2, 3):
            dying = await bus.subscribe(["facts"], "group")
            [delivery] = await dying.poll(wait_s=1)
            assert (delivery.message.payload, delivery.attempt) == (b"0", attempt)
            await dying.close()
        heir = await bus.subscribe(["facts"], "group")
        attempts = []
        for _ in range(3):
            [delivery] = await heir.poll(wait_s=1)
            attempts.append(delivery.attempt)
            await heir.done(delivery)
        await heir.close()
    assert attempts == [4, 2, 2]
