"""A database that is slow or stuck, and those who want something of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from sqlalchemy import text

from devstack.testing import SessionStack
from kit.config import Settings
from kit.db import Database, QueueFigures, Statement
from kit.errors import OverloadedError
from kit.outage import is_outage

COUNT = Statement(text("SELECT count(*) FROM videos.videos WHERE video_id IS NULL"))
PID = Statement(text("SELECT pg_backend_pid()"))
Locked = Callable[[], Awaitable[None]]


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """Two connections, four who may wait, half a second each."""
    opened = await Database.connect(
        settings.database_dsn("videos"), "videos", max_connections=2, queue=QueueFigures(4, 0.5)
    )
    yield opened
    await opened.close()


@pytest.fixture
async def other(
    servers: SessionStack, settings: Settings
) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(servers.postgres_dsn(settings.database_url.rsplit("/", 1)[1]))
    yield connection
    await connection.close()


async def test_who_finds_no_connection_is_sent_away_soon(
    database: Database, other: asyncpg.Connection[asyncpg.Record]
) -> None:
    async with other.transaction():
        await other.execute("LOCK TABLE videos.videos IN ACCESS EXCLUSIVE MODE")
        stuck = [asyncio.create_task(database.fetch_value(COUNT)) for _ in range(2)]
        await _until_locked(other, 2)
        many = [database.fetch_value(COUNT) for _ in range(300)]
        outcomes = await asyncio.gather(*many, return_exceptions=True)
        assert all(isinstance(outcome, OverloadedError) for outcome in outcomes)
        assert all(is_outage(outcome) for outcome in outcomes if isinstance(outcome, BaseException))
        # Nobody waits any more until a connection is free again.
        began = time.monotonic()
        for _ in range(100):
            with pytest.raises(OverloadedError):
                await database.fetch_value(COUNT)
        with pytest.raises(OverloadedError):
            async with database.transaction():
                raise AssertionError("there is no connection for it")
        assert time.monotonic() - began < 50 * 0.5
        await database.ping()
        assert not any(task.done() for task in stuck)
    assert await asyncio.gather(*stuck) == [0, 0]
    assert await asyncio.gather(*(database.fetch_value(COUNT) for _ in range(6))) == [0] * 6


async def test_a_wait_that_ends_in_time_is_no_failure(
    database: Database, other: asyncpg.Connection[asyncpg.Record]
) -> None:
    async with database.transaction(), database.transaction():
        waiting = [asyncio.create_task(database.fetch_value(PID)) for _ in range(4)]
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError):
            await database.fetch_value(PID)
    assert len(await asyncio.gather(*waiting)) == 4
    assert await other.fetchval("SELECT 1") == 1


async def test_who_gives_up_gives_everything_back(
    database: Database, other: asyncpg.Connection[asyncpg.Record]
) -> None:
    """A client that goes takes its statement along, and leaves the connection as good as it was."""
    async with other.transaction():
        await other.execute("LOCK TABLE videos.videos IN ACCESS EXCLUSIVE MODE")
        stuck = [asyncio.create_task(database.fetch_value(COUNT)) for _ in range(2)]
        await _until_locked(other, 2)
        waiting = [asyncio.create_task(database.fetch_value(COUNT)) for _ in range(4)]
        await asyncio.sleep(0)
        for task in (*waiting, *stuck):
            task.cancel()
        await asyncio.gather(*waiting, *stuck, return_exceptions=True)
        await _until_locked(other, 0)
        assert len({await database.fetch_value(PID) for _ in range(6)}) <= 2
    assert await asyncio.gather(*(database.fetch_value(COUNT) for _ in range(6))) == [0] * 6


async def test_a_server_without_a_connection_left_is_overloaded(
    servers: SessionStack, settings: Settings, other: asyncpg.Connection[asyncpg.Record]
) -> None:
    name = await servers.create_database("narrow")
    try:
        await other.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 1")
        dsn = settings.model_copy(update={"database_url": f"{servers.postgres_url}/{name}"}).database_dsn(
            "videos"
        )
        narrow = await Database.connect(dsn, "videos", max_connections=4)
        try:
            outcomes = await asyncio.gather(
                *(narrow.fetch_value(PID) for _ in range(4)), return_exceptions=True
            )
            assert sorted(type(outcome) is OverloadedError for outcome in outcomes) == [
                False,
                True,
                True,
                True,
            ]
            assert isinstance(await narrow.fetch_value(PID), int)
        finally:
            await narrow.close()
    finally:
        await servers.drop_database(name)


async def _until_locked(connection: asyncpg.Connection[asyncpg.Record], count: int) -> None:
    """Until so many statements wait for the lock."""
    query = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted"
        " AND relation = 'videos.videos'::regclass"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    async with asyncio.timeout(20):
        while await connection.fetchval(query) != count:
            await asyncio.sleep(0.01)
