"""Entities in the process hear of what others change: a real Valkey, two caches as two processes have them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from pydantic import TypeAdapter
from redis.asyncio import Redis

from contracts.ids import new_id
from kit.cache import Cache, make_client
from kit.config import Settings
from kit.entity_cache import EntityCache, EntityKind
from kit.eventually import eventually
from kit.local import LocalCaches


@dataclass(frozen=True)
class Thing:
    id: UUID
    name: str
    revision: int = 1
    is_settled: bool = True


_KIND = EntityKind("thing", TypeAdapter(Thing), lambda thing: thing.id, 60, lambda thing: thing.is_settled)


class Process:
    """One process's cache over everybody's ``rows``."""

    def __init__(self, cache: Cache, local: LocalCaches, rows: dict[UUID, Thing]) -> None:
        self.things = EntityCache(_KIND, cache, local, self._read)
        self.reads = 0
        self._rows = rows

    async def _read(self, ids: Sequence[UUID]) -> Mapping[UUID, Thing]:
        self.reads += 1
        return {id: self._rows[id] for id in ids if id in self._rows}

    async def name_of(self, id: UUID) -> str | None:
        found = await self.things.find([id])
        return found[id].name if id in found else None


@asynccontextmanager
async def _running(settings: Settings, rows: dict[UUID, Thing]) -> AsyncIterator[Process]:
    cache, local = Cache.from_settings(settings), LocalCaches(settings.valkey_url)
    try:
        yield Process(cache, local, rows)
    finally:
        await local.close()
        await cache.close()


@pytest.fixture
async def valkey(settings: Settings) -> AsyncIterator[Redis]:
    client = make_client(settings.valkey_url)
    yield client
    await client.aclose()


async def _until_kept(process: Process, id: UUID, valkey: Redis) -> None:
    """Until the process answers by itself, whatever Valkey has."""

    async def is_kept() -> bool:
        await process.things.find([id])
        found = process.things._local._kept.get(id)
        return found is not None

    assert await eventually(is_kept, within_s=5)


async def _comes_to(check: Callable[[], Awaitable[str | None]], expected: str | None) -> bool:
    async def is_so() -> bool:
        return await check() == expected

    return await eventually(is_so, within_s=3)


async def _cut_off_listeners(valkey: Redis) -> None:
    """Those of this worker's Valkey database."""
    mine = str(valkey.connection_pool.connection_kwargs["db"])
    for client in await valkey.client_list(_type="pubsub"):
        if client["db"] == mine:
            await valkey.client_kill_filter(_id=client["id"])


async def test_a_change_elsewhere_is_heard_of(settings: Settings, valkey: Redis) -> None:
    thing = Thing(new_id(), "old")
    rows = {thing.id: thing}
    async with _running(settings, rows) as ours, _running(settings, rows) as other:
        await _until_kept(ours, thing.id, valkey)
        newer = rows[thing.id] = replace(thing, name="new", revision=2)
        await other.things.keep([newer])
        assert await _comes_to(lambda: ours.name_of(thing.id), "new")
        assert (ours.reads, other.reads) == (1, 0)


async def test_whoever_changed_it_reads_it_at_once(settings: Settings, valkey: Redis) -> None:
    thing = Thing(new_id(), "0")
    rows = {thing.id: thing}
    async with _running(settings, rows) as ours:
        await _until_kept(ours, thing.id, valkey)
        for revision in range(2, 50):
            newer = rows[thing.id] = replace(thing, name=str(revision), revision=revision)
            await ours.things.keep([newer])
            assert await ours.name_of(thing.id) == str(revision)


async def test_a_slow_reader_does_not_bring_back_what_was(settings: Settings) -> None:
    thing = Thing(new_id(), "new", revision=2)
    async with _running(settings, {thing.id: thing}) as ours:
        await ours.things.keep([thing])
        await ours.things.keep([replace(thing, name="old", revision=1)])
        assert await ours.name_of(thing.id) == "new"


async def test_what_is_not_settled_is_read_from_the_database(settings: Settings) -> None:
    thing = Thing(new_id(), "draft", is_settled=False)
    async with _running(settings, {thing.id: thing}) as ours:
        for _ in range(3):
            assert await ours.name_of(thing.id) == "draft"
        assert ours.reads == 3


async def test_an_emptied_valkey_empties_the_process(settings: Settings, valkey: Redis) -> None:
    thing = Thing(new_id(), "old")
    rows = {thing.id: thing}
    async with _running(settings, rows) as ours:
        await _until_kept(ours, thing.id, valkey)
        rows[thing.id] = replace(thing, name="new")  # behind everybody's back
        await valkey.flushdb()
        assert await _comes_to(lambda: ours.name_of(thing.id), "new")


async def test_nothing_is_kept_while_changes_are_not_heard_of(settings: Settings, valkey: Redis) -> None:
    thing = Thing(new_id(), "old")
    rows = {thing.id: thing}
    async with _running(settings, rows) as ours:
        await _until_kept(ours, thing.id, valkey)
        kept = ours.things._local
        assert kept.is_open
        await _cut_off_listeners(valkey)

        async def is_closed_or_came_back() -> bool:
            return thing.id not in kept._kept

        assert await eventually(is_closed_or_came_back, within_s=3)
        await _until_kept(ours, thing.id, valkey)
        newer = rows[thing.id] = replace(thing, name="new", revision=2)
        async with _running(settings, rows) as other:
            await other.things.keep([newer])
        assert await _comes_to(lambda: ours.name_of(thing.id), "new")
