"""From the outbox to the bus: everything, in order, at least once, whoever dies."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg
import pytest

from contracts.events import UserUnfollowed, decode_event
from contracts.ids import new_id
from devstack.testing import SessionStack
from kit.bus import Bus, BusError
from kit.bus.valkey import ValkeyBus
from kit.config import Settings
from kit.pubsub import PubSub
from kit.resources import Resources
from workers.relay import run_relay

_DEADLINE_S = 20
DOMAIN = "social"


@pytest.fixture
async def social(resources_for: Callable[[str], Awaitable[Resources]]) -> AsyncIterator[Resources]:
    """A domain with an empty outbox."""
    resources = await resources_for(DOMAIN)
    await _empty(resources.settings)
    yield resources
    await _empty(resources.settings)


async def _admin(settings: Settings) -> asyncpg.Connection[asyncpg.Record]:
    return await asyncpg.connect(settings.database_dsn(settings.database_admin_user))


async def _empty(settings: Settings) -> None:
    connection = await _admin(settings)
    await connection.execute(f"DELETE FROM {DOMAIN}.outbox")
    await connection.close()


@pytest.fixture
async def bus(settings: Settings) -> AsyncIterator[ValkeyBus]:
    opened = ValkeyBus(settings.valkey_url, prefix=f"{secrets.token_hex(4)}.", partitions=1)
    yield opened
    await opened.close()


@asynccontextmanager
async def relaying(settings: Settings, bus: Bus) -> AsyncIterator[None]:
    stop, pubsub = asyncio.Event(), PubSub.from_settings(settings)
    dsn = settings.database_dsn(settings.database_admin_user)
    task = asyncio.create_task(run_relay(dsn, [DOMAIN], bus, pubsub, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await task
        await pubsub.close()


async def emit(resources: Resources, count: int) -> list[str]:
    """Facts of their own transactions; their keys in order."""
    facts = [_fact() for _ in range(count)]
    for fact in facts:
        async with resources.database.transaction() as tx:
            await tx.emit(fact)
    return [fact.key() for fact in facts]


async def _emit_and_fail(resources: Resources) -> None:
    async with resources.database.transaction() as tx:
        await tx.emit(_fact())
        raise RuntimeError("changed its mind")


def _fact() -> UserUnfollowed:
    return UserUnfollowed(follower_id=new_id(), followee_id=new_id(), occurred_at=datetime.now(UTC))


async def published(bus: ValkeyBus, count: int) -> list[str]:
    """Keys on the bus, once there are so many."""
    async with asyncio.timeout(_DEADLINE_S):
        while True:
            found = await bus.read_all(str(UserUnfollowed.topic), limit=10_000)
            if len(found) >= count:
                return [decode_event(each.message.payload)[1].key() for each in found]
            await asyncio.sleep(0.02)


async def left(settings: Settings) -> int:
    connection = await _admin(settings)
    count = await connection.fetchval(f"SELECT count(*) FROM {DOMAIN}.outbox")
    await connection.close()
    return int(count)


async def test_facts_leave_in_the_order_of_their_commits(social: Resources, bus: ValkeyBus) -> None:
    before = await emit(social, 3)
    async with relaying(social.settings, bus):
        assert await published(bus, 3) == before
        meanwhile = await emit(social, 20)
        assert await published(bus, 23) == before + meanwhile
        async with asyncio.timeout(_DEADLINE_S):
            while await left(social.settings):
                await asyncio.sleep(0.02)


async def test_what_was_rolled_back_never_happened(social: Resources, bus: ValkeyBus) -> None:
    with pytest.raises(RuntimeError, match="changed its mind"):
        await _emit_and_fail(social)
    kept = await emit(social, 1)
    async with relaying(social.settings, bus):
        assert await published(bus, 1) == kept


class _Refusing(ValkeyBus):
    """A bus that is away at first."""

    refusals = 3

    async def publish(self, messages: object) -> None:
        if self.refusals:
            self.refusals -= 1
            raise BusError("away")
        await super().publish(messages)  # type: ignore[arg-type]


async def test_an_outage_of_the_bus_loses_nothing(social: Resources, settings: Settings) -> None:
    refusing = _Refusing(settings.valkey_url, prefix=f"{secrets.token_hex(4)}.", partitions=1)
    keys = await emit(social, 5)
    async with relaying(social.settings, refusing):
        assert await published(refusing, 5) == keys
    await refusing.close()


class _Dying(ValkeyBus):
    """A relay on it dies between publishing and deleting."""

    async def publish(self, messages: object) -> None:
        await super().publish(messages)  # type: ignore[arg-type]
        raise BusError("killed")


async def test_a_crash_between_publishing_and_deleting_publishes_again(
    social: Resources, settings: Settings
) -> None:
    prefix = f"{secrets.token_hex(4)}."
    dying, bus = (kind(settings.valkey_url, prefix=prefix, partitions=1) for kind in (_Dying, ValkeyBus))
    keys = await emit(social, 2)
    async with relaying(social.settings, dying):
        await published(dying, 2)
    async with relaying(social.settings, bus):
        again = await published(bus, 4)
    assert set(again) == set(keys)
    assert again[-2:] == keys
    for each in (dying, bus):
        await each.close()


async def test_a_second_relay_stands_by_and_takes_over(
    social: Resources, bus: ValkeyBus, servers: SessionStack
) -> None:
    del servers
    async with relaying(social.settings, bus):
        await published(bus, len(await emit(social, 1)))
        async with relaying(social.settings, bus):
            await _kill_relay_connections(social.settings)
            keys = await emit(social, 10)
            found = await published(bus, 11)
    assert [key for key in dict.fromkeys(found) if key in keys] == keys


async def _kill_relay_connections(settings: Settings) -> None:
    """Ends the connection that holds the domain's advisory lock, as the death of its process would."""
    connection = await _admin(settings)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    await connection.close()
