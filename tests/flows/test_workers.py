"""The platform's router as two processes on one port."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from contracts.ids import VIDEO, encode_id, new_id
from devstack.ports import find_free_port
from kit.config import Settings
from tests.support.service_process import ServiceProcess, serving

_DEADLINE_S = 60
_PER_MINUTE = 40
QUERY = "{ __typename }"
_STUCK = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'videos.videos'::regclass"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
async def router(settings: Settings, tmp_path: Path) -> AsyncIterator[ServiceProcess]:
    placed = settings.model_copy(update={"router_port": find_free_port(), "data_dir": tmp_path, "workers": 2})
    limit = {"CLIPGRAPH_ANONYMOUS_REQUESTS_PER_MINUTE": str(_PER_MINUTE)}
    async with serving(placed, "router", **limit) as opened:
        yield opened


async def test_two_workers_are_one_router(router: ServiceProcess) -> None:
    began = time.monotonic()
    digest = hashlib.sha256(QUERY.encode()).hexdigest()
    named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}
    answers = [await router.post({**named, "query": QUERY})]
    answers += [await router.post(named) for _ in range(9)]
    assert await router.requests_counted() == len(answers)
    victim, *_ = router.workers()
    victim.kill()
    await asyncio.to_thread(victim.wait, _DEADLINE_S)
    answers += [await router.post(named) for _ in range(10)]
    assert [status for status, _ in answers] == [200] * len(answers)
    answers += [await router.post(named) for _ in range(2 * _PER_MINUTE)]
    earned = (time.monotonic() - began) * _PER_MINUTE / 60
    statuses = [status for status, _ in answers]
    assert all(answer == {"data": {"__typename": "Query"}} for status, answer in answers if status == 200)
    # Their buckets are one, which holds so many, and what was earned meanwhile.
    assert _PER_MINUTE <= statuses.count(200) <= _PER_MINUTE + earned
    assert statuses.count(200) + statuses.count(429) == len(statuses)
    # Of the one that was killed, too.
    assert await router.requests_counted() == len(answers)
    async with asyncio.timeout(_DEADLINE_S):
        while len([worker for worker in router.workers() if worker.pid != victim.pid]) < 2:
            await asyncio.sleep(0.05)


async def test_the_end_waits_for_every_answer(settings: Settings, tmp_path: Path) -> None:
    placed = settings.model_copy(update={"router_port": find_free_port(), "data_dir": tmp_path, "workers": 2})
    connection = await asyncpg.connect(settings.database_dsn(settings.database_admin_user))
    try:
        async with serving(placed, "router") as router:
            async with connection.transaction():
                await connection.execute("LOCK TABLE videos.videos IN ACCESS EXCLUSIVE MODE")
                asking = [asyncio.create_task(router.post(a_video())) for _ in range(6)]
                async with asyncio.timeout(_DEADLINE_S):
                    while await connection.fetchval(_STUCK) < len(asking):
                        await asyncio.sleep(0.01)
                router.ask_to_end()
                async with asyncio.timeout(_DEADLINE_S):
                    while await router.listens():
                        await asyncio.sleep(0.01)
                assert not any(task.done() for task in asking)
            assert await asyncio.gather(*asking) == [(200, {"data": {"video": None}})] * len(asking)
    finally:
        await connection.close()


def a_video() -> dict[str, str]:
    """A query for one that no cache knows, and no fetch for another can answer."""
    return {"query": f'{{ video(id: "{encode_id(VIDEO, new_id())}") {{ title }} }}'}


async def test_a_subgraph_has_workers_too(settings: Settings) -> None:
    placed = settings.model_copy(update={"router_port": find_free_port(), "workers": 2})
    async with serving(placed, "subgraph", "users", "--port", str(placed.router_port)) as subgraph:
        assert await subgraph.post({"query": QUERY}) == (200, {"data": {"__typename": "Query"}})
        victim, other = subgraph.workers()
        victim.kill()
        async with asyncio.timeout(_DEADLINE_S):
            while not {*subgraph.workers()} - {victim, other}:
                await asyncio.sleep(0.05)
        assert await subgraph.post({"query": "{ me { id } }"}) == (200, {"data": {"me": None}})
