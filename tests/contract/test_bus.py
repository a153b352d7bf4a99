"""What a bus promises, held against Valkey Streams and Kafka alike."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from clipgraph.commands.dead_letters import describe, replay
from contracts.events import Envelope, Event, VideoDeleted, encode_event
from contracts.ids import new_id
from devstack.testing import SessionStack
from kit.bus import Bus, ConsumerGroup, Delivery, Message, RetryPolicy, run_consumer
from kit.bus.base import DEAD_LETTERS
from kit.bus.kafka import KafkaBus
from kit.bus.valkey import ValkeyBus
from kit.config import Settings

_DEADLINE_S = 30
QUICK = RetryPolicy(attempts=3, first_pause_s=0.01, longest_pause_s=0.05)
TOPIC = str(VideoDeleted.topic)

OpenBus = Callable[[], Awaitable[Bus]]


@pytest.fixture(params=["valkey", pytest.param("kafka", marks=pytest.mark.slow)])
async def open_bus(
    request: pytest.FixtureRequest, settings: Settings, servers: SessionStack
) -> AsyncIterator[OpenBus]:
    """Connections to one broker, as several processes would have them; topics are this test's own."""
    prefix = f"{secrets.token_hex(4)}."
    opened: list[Bus] = []

    async def open_one() -> Bus:
        if request.param == "kafka":
            bus: Bus = await KafkaBus.connect(servers.kafka, prefix=prefix, partitions=2)
        else:
            bus = ValkeyBus(settings.valkey_url, prefix=prefix, partitions=2, lease_s=1.0)
        opened.append(bus)
        return bus

    yield open_one
    for bus in opened:
        await bus.close()


def event(key: int, revision: int) -> Message:
    """Facts of one video share a key."""
    fact = VideoDeleted(video_id=_VIDEOS[key], author_id=_VIDEOS[0], revision=revision)
    return Message(TOPIC, fact.key(), encode_event(fact)[1], {"traceparent": "abc"})


_VIDEOS = [new_id() for _ in range(8)]


_FAULT = ValueError("not this one")


class Recorder:
    """A handler that remembers (video, revision), and fails where it is told to."""

    def __init__(
        self, *, fail: Callable[[VideoDeleted], bool] = lambda _: False, error: Exception = _FAULT
    ) -> None:
        self.seen: list[tuple[int, int]] = []
        self.attempts = 0
        self._fail = fail
        self._error = error

    async def __call__(self, _: Envelope, fact: Event) -> None:
        assert isinstance(fact, VideoDeleted)
        self.attempts += 1
        if self._fail(fact):
            raise self._error
        self.seen.append((_VIDEOS.index(fact.video_id), fact.revision))

    def of(self, key: int) -> list[int]:
        return [revision for video, revision in self.seen if video == key]


@asynccontextmanager
async def consuming(bus: Bus, name: str, handler: Recorder) -> AsyncIterator[None]:
    stop = asyncio.Event()
    group = ConsumerGroup(name, {VideoDeleted: handler}, QUICK)
    task = asyncio.create_task(run_consumer(bus, group, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(_DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.01)


async def test_messages_of_a_key_come_in_order_and_each_group_gets_all(open_bus: OpenBus) -> None:
    bus = await open_bus()
    await bus.publish([event(key, revision) for revision in range(20) for key in range(4)])
    first, second = Recorder(), Recorder()
    async with consuming(bus, "first", first), consuming(await open_bus(), "second", second):
        await until(lambda: len(first.seen) == len(second.seen) == 80)
    for recorder in (first, second):
        assert [recorder.of(key) for key in range(4)] == [list(range(20))] * 4


async def test_what_a_group_has_done_does_not_come_again(open_bus: OpenBus) -> None:
    bus = await open_bus()
    before, after = Recorder(), Recorder()
    await bus.publish([event(1, 1)])
    async with consuming(bus, "group", before):
        await until(lambda: before.seen == [(1, 1)])
    await bus.publish([event(1, 2)])
    async with consuming(bus, "group", after):
        await until(lambda: after.seen != [])
    assert after.seen == [(1, 2)]


async def test_what_a_consumer_died_with_comes_to_the_next(open_bus: OpenBus) -> None:
    bus = await open_bus()
    dying = await (await open_bus()).subscribe([TOPIC], "group")
    await bus.publish([event(1, 1), event(1, 2)])
    async with asyncio.timeout(_DEADLINE_S):
        while not await dying.poll(wait_s=0.2):
            continue
    await dying.close()
    heir = Recorder()
    async with consuming(bus, "group", heir):
        await until(lambda: len(heir.seen) >= 2)
    assert heir.seen == [(1, 1), (1, 2)]


async def test_two_consumers_of_a_group_share_the_work(open_bus: OpenBus) -> None:
    bus = await open_bus()
    one, other = Recorder(), Recorder()
    async with consuming(bus, "group", one), consuming(await open_bus(), "group", other):
        await bus.publish([event(key, revision) for revision in range(5) for key in range(8)])
        await until(lambda: len(one.seen) + len(other.seen) >= 40)
    assert sorted([*one.seen, *other.seen]) == sorted(
        (key, revision) for revision in range(5) for key in range(8)
    )


async def test_a_handler_that_fails_for_a_while_is_tried_again(open_bus: OpenBus) -> None:
    bus = await open_bus()
    recorder = Recorder(fail=lambda _: recorder.attempts < 3)
    await bus.publish([event(1, 1)])
    async with consuming(bus, "group", recorder):
        await until(lambda: recorder.seen == [(1, 1)])
    assert recorder.attempts == 3
    assert await bus.read_all(TOPIC + DEAD_LETTERS, limit=10) == []


async def test_an_outage_is_waited_out_however_many_attempts_it_takes(open_bus: OpenBus) -> None:
    bus = await open_bus()
    recorder = Recorder(
        fail=lambda _: recorder.attempts <= 2 * QUICK.attempts, error=ConnectionRefusedError()
    )
    await bus.publish([event(1, 1), event(1, 2)])
    async with consuming(bus, "group", recorder):
        await until(lambda: recorder.of(1) == [1, 2])
    assert recorder.attempts == 2 * QUICK.attempts + 2
    assert await bus.read_all(TOPIC + DEAD_LETTERS, limit=10) == []


async def test_a_message_that_nobody_can_handle_becomes_a_dead_letter_and_blocks_none(
    open_bus: OpenBus,
) -> None:
    bus = await open_bus()
    poison = event(1, 13)
    recorder = Recorder(fail=lambda fact: fact.revision == 13)
    await bus.publish([poison, event(1, 14), Message(TOPIC, poison.key, b"\x00 no event")])
    async with consuming(bus, "group", recorder):
        await until(lambda: recorder.seen == [(1, 14)])
        dead: list[Message] = []
        async with asyncio.timeout(_DEADLINE_S):
            while len(dead) < 2:
                dead = [each.message for each in await bus.read_all(TOPIC + DEAD_LETTERS, limit=10)]
    assert [message.payload for message in dead] == [poison.payload, b"\x00 no event"]
    assert dead[0].headers["reason"] == "ValueError: not this one"
    assert dead[0].headers["group"] == "group"
    assert dead[0].headers["traceparent"] == "abc"
    assert recorder.attempts == QUICK.attempts + 1


async def test_a_dead_letter_is_handed_out_again(open_bus: OpenBus) -> None:
    bus = await open_bus()
    failing, mended = Recorder(fail=lambda _: True), Recorder()
    await bus.publish([event(2, 5)])
    async with consuming(bus, "group", failing):
        letters: list[Delivery] = []
        async with asyncio.timeout(_DEADLINE_S):
            while not letters:
                letters = list(await bus.read_all(TOPIC + DEAD_LETTERS, limit=10))
    assert describe(letters[0]) == f"{TOPIC} {_VIDEOS[2]} given up by group: ValueError: not this one"
    await replay(bus, letters[0])
    async with consuming(bus, "group", mended):
        await until(lambda: mended.seen == [(2, 5)])
