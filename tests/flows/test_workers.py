"""The platform's router as two processes on one port."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from devstack.ports import find_free_port
from kit.config import Settings

_DEADLINE_S = 60
_PER_MINUTE = 40
QUERY = "{ __typename }"


class Router:
    """The parent's process, and the port that its workers share."""

    def __init__(self, port: int, pid: int) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self._process = psutil.Process(pid)

    def workers(self) -> list[psutil.Process]:
        return self._process.children()

    async def post(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Over a connection of its own, so that either worker may take it."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self._url}/graphql", json=body) as response,
        ):
            return response.status, await response.json()

    async def requests_counted(self) -> float:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self._url}/metrics") as response,
        ):
            families = text_string_to_metric_families(await response.text())
        return sum(
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == "clipgraph_router_requests_total"
        )

    async def until_ready(self) -> None:
        async with asyncio.timeout(_DEADLINE_S), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self._url}/health/ready") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)


@asynccontextmanager
async def working(settings: Settings, *service: str, **more: str) -> AsyncIterator[Router]:
    """A service as two workers, which end well."""
    placed = settings.model_copy(update={"workers": 2})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clipgraph", "serve", *service),
        env={**os.environ, **_environment(placed), **more},
    )
    router = Router(placed.router_port, process.pid)
    try:
        await router.until_ready()
        yield router
    finally:
        workers = router.workers()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert not any(worker.is_running() for worker in workers)


@pytest.fixture
async def router(settings: Settings, tmp_path: Path) -> AsyncIterator[Router]:
    placed = settings.model_copy(update={"router_port": find_free_port(), "data_dir": tmp_path})
    limit = {"CLIPGRAPH_ANONYMOUS_REQUESTS_PER_MINUTE": str(_PER_MINUTE)}
    async with working(placed, "router", **limit) as opened:
        yield opened


async def test_two_workers_are_one_router(router: Router) -> None:
    began = time.monotonic()
    digest = hashlib.sha256(QUERY.encode()).hexdigest()
    named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}
    answers = [await router.post({**named, "query": QUERY})]
    answers += [await router.post(named) for _ in range(9)]
    assert await router.requests_counted() == len(answers)
    victim, *_ = router.workers()
    victim.kill()
    answers += [await router.post(named) for _ in range(10)]
    assert [status for status, _ in answers] == [200] * len(answers)
    answers += [await router.post(named) for _ in range(2 * _PER_MINUTE)]
    earned = (time.monotonic() - began) * _PER_MINUTE / 60
    statuses = [status for status, _ in answers]
    assert all(answer == {"data": {"__typename": "Query"}} for status, answer in answers if status == 200)
    # Their buckets are one, which holds so many, and what was earned meanwhile.
    assert _PER_MINUTE <= statuses.count(200) <= _PER_MINUTE + earned
    assert statuses.count(200) + statuses.count(429) == len(statuses)
    async with asyncio.timeout(_DEADLINE_S):
        while len([worker for worker in router.workers() if worker.pid != victim.pid]) < 2:
            await asyncio.sleep(0.05)


async def test_a_subgraph_has_workers_too(settings: Settings) -> None:
    placed = settings.model_copy(update={"router_port": find_free_port()})
    async with working(placed, "subgraph", "users", "--port", str(placed.router_port)) as subgraph:
        assert await subgraph.post({"query": QUERY}) == (200, {"data": {"__typename": "Query"}})
        victim, other = subgraph.workers()
        victim.kill()
        async with asyncio.timeout(_DEADLINE_S):
            while not {*subgraph.workers()} - {victim, other}:
                await asyncio.sleep(0.05)
        assert await subgraph.post({"query": "{ me { id } }"}) == (200, {"data": {"me": None}})


def _environment(settings: Settings) -> dict[str, str]:
    """As a process of its own reads them."""
    values = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {
        f"CLIPGRAPH_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in values.items()
        if isinstance(value, (str, int, Path, SecretStr))
    }
