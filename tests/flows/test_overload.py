"""A database that is stuck, seen from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import asyncpg
import pytest

from clipgraph.processes.router import serve_router
from contracts import ids
from devstack.ports import find_free_port
from devstack.testing import SessionStack
from kit.config import Settings

_MANY = 200


@pytest.fixture
async def url(settings: Settings) -> AsyncIterator[str]:
    """A router whose domains have two connections each, and half a second's patience."""
    port, stop = find_free_port(), asyncio.Event()
    placed = settings.model_copy(
        update={
            "router_port": port,
            "database_pool_max": 2,
            "database_queue_max": 20,
            "database_wait_s": 0.5,
        }
    )
    serving = asyncio.create_task(serve_router(placed, stop=stop))
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/health/ready") as response:
                    if response.status == 200:
                        break
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    stop.set()
    await serving


@asynccontextmanager
async def stuck(
    servers: SessionStack, settings: Settings
) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """Nobody can read videos until the block ends."""
    connection = await asyncpg.connect(servers.postgres_dsn(settings.database_url.rsplit("/", 1)[1]))
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE videos.videos IN ACCESS EXCLUSIVE MODE")
            yield connection
    finally:
        await connection.close()


def body() -> dict[str, str]:
    """A video that nobody has asked for before, so that no cache knows it."""
    return {"query": f'{{ video(id: "{ids.encode_id(ids.VIDEO, ids.new_id())}") {{ title }} }}'}


async def test_what_cannot_be_answered_is_sent_away_at_once_and_all_is_well_again(
    url: str, servers: SessionStack, settings: Settings
) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(path: str = "/graphql") -> tuple[int, str | None, str]:
            async with session.post(f"{url}{path}", json=body()) as response:
                return response.status, response.headers.get("retry-after"), await response.text()

        async with stuck(servers, settings):
            outcomes = {asyncio.create_task(ask()) for _ in range(_MANY)}
            shed: set[asyncio.Task[tuple[int, str | None, str]]] = set()
            waiting = outcomes
            while len(shed) < _MANY - 2:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                shed |= done
            for task in shed:
                status, retry_after, text = task.result()
                assert (status, retry_after) == (503, "1")
                assert '"code":"OVERLOADED"' in text
            async with session.get(f"{url}/api/v1/videos/{ids.encode_id(ids.VIDEO, ids.new_id())}") as answer:
                assert (answer.status, answer.headers.get("retry-after")) == (503, "1")
            # What needs no videos is answered all the same.
            async with session.post(f"{url}/graphql", json={"query": "{ me { id } }"}) as response:
                assert await response.json() == {"data": {"me": None}}
        assert [task.result()[0] for task in (await asyncio.wait(waiting))[0]] == [200, 200]
        assert (await ask())[0] == 200


@pytest.mark.parametrize("way", ["POST", "GET", "REST"])
async def test_a_client_that_goes_takes_its_statement_along(
    url: str, servers: SessionStack, settings: Settings, way: str
) -> None:
    async with stuck(servers, settings) as connection:
        async with aiohttp.ClientSession(headers={"apollo-require-preflight": "1"}) as session:
            if way == "POST":
                request = session.post(f"{url}/graphql", json=body())
            elif way == "GET":
                request = session.get(f"{url}/graphql", params=body())
            else:
                request = session.get(f"{url}/api/v1/videos/{ids.encode_id(ids.VIDEO, ids.new_id())}")
            asking = asyncio.create_task(_answer(request))
            await _until_waiting(connection, 1)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        await _until_waiting(connection, 0)
    async with aiohttp.ClientSession() as session, session.post(f"{url}/graphql", json=body()) as response:
        assert await response.json() == {"data": {"video": None}}


async def _answer(request: Any) -> int:
    async with request as response:
        return int(response.status)


async def _until_waiting(connection: asyncpg.Connection[asyncpg.Record], count: int) -> None:
    query = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'videos.videos'::regclass"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    async with asyncio.timeout(20):
        while await connection.fetchval(query) != count:
            await asyncio.sleep(0.01)
