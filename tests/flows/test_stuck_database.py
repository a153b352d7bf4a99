"""A router's process whose database is stuck, under more requests than it can ever answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import asyncpg
import pytest

from contracts import ids
from devstack.ports import find_free_port
from kit.config import Settings
from tests.support.service_process import ServiceProcess, serving

pytestmark = pytest.mark.slow

_QUERY = "query ($id: ID!) { video(id: $id) { title } }"
_MANY = 400
_ROUNDS = 3
_CONNECTIONS = 2
_GROWTH_MAX_BYTES = 32 * 1024**2
"""Of the peak, beyond what as many requests need that are answered."""


@pytest.fixture
async def router(settings: Settings) -> AsyncIterator[ServiceProcess]:
    placed = settings.model_copy(
        update={
            "router_port": find_free_port(),
            "database_pool_max": _CONNECTIONS,
            "database_queue_max": 20,
            "database_wait_s": 0.5,
        }
    )
    async with serving(placed, "router") as opened:
        yield opened


async def ask(router: ServiceProcess, client: aiohttp.ClientSession) -> tuple[int, str | None]:
    """Status and Retry-After of a request for a video that nobody asked for before."""
    body = {"query": _QUERY, "variables": {"id": ids.encode_id(ids.VIDEO, ids.new_id())}}
    async with client.post(f"{router.url}/graphql", json=body) as response:
        await response.read()
        return response.status, response.headers.get("retry-after")


async def test_it_sheds_load_before_memory_grows(router: ServiceProcess, settings: Settings) -> None:
    connection = await asyncpg.connect(settings.database_dsn(settings.database_admin_user))
    client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    try:
        for _ in range(2):
            await asyncio.gather(*(ask(router, client) for _ in range(_MANY)))
        before = router.peak_memory_bytes
        shed: list[tuple[int, str | None]] = []
        async with connection.transaction():
            await connection.execute("LOCK TABLE videos.videos IN ACCESS EXCLUSIVE MODE")
            waiting: set[asyncio.Task[tuple[int, str | None]]] = set()
            for _ in range(_ROUNDS):
                waiting |= {asyncio.create_task(ask(router, client)) for _ in range(_MANY)}
                # All but those that have a connection.
                while len(waiting) > _CONNECTIONS:
                    done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                    shed += [task.result() for task in done]
            # Only videos are stuck: whoever sends requests here shall go on to do so.
            async with client.get(f"{router.url}/health/ready") as response:
                assert response.status == 200
        assert shed == [(503, "1")] * (_ROUNDS * _MANY - _CONNECTIONS)
        assert await asyncio.gather(*waiting) == [(200, None)] * _CONNECTIONS
        assert router.peak_memory_bytes - before < _GROWTH_MAX_BYTES
        assert await ask(router, client) == (200, None)
    finally:
        await client.close()
        await connection.close()
