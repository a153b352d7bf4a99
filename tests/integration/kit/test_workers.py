"""Several processes on one port, as real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from devstack.ports import find_free_port
from kit.workers.merging import merge_expositions
from kit.workers.parent import WorkerFailedError, run_workers

_ARGV = [sys.executable, "-m", "tests.support.worker_app"]
_DEADLINE_S = 30


@dataclass
class Crew:
    """The parent is a task of the test."""

    port: int
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, path: str = "/pid") -> str:
        """Over a connection of its own. Raises aiohttp.ClientError."""
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{self.port}") as session,
            session.get(path) as response,
        ):
            assert response.status == 200
            return await response.text()

    async def ask_slowly(self, count: int) -> list[asyncio.Task[str]]:
        """Requests that workers have begun with."""
        before = _total("begun_total", await self.ask("/metrics"))
        tasks = [asyncio.create_task(self.ask("/pid?seconds=2")) for _ in range(count)]
        async with asyncio.timeout(_DEADLINE_S):
            while _total("begun_total", await self.ask("/metrics")) < before + count:
                await asyncio.sleep(0.01)
        return tasks

    async def pids(self, count: int, *, but: int = 0) -> set[int]:
        """Of so many workers that answer, ``but`` not among them."""
        found: set[int] = set()
        async with asyncio.timeout(_DEADLINE_S):
            while len(found) < count:
                try:
                    found |= {int(pid) for pid in await asyncio.gather(*(self.ask() for _ in range(20)))}
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
                found.discard(but)
        return found


@asynccontextmanager
async def working(count: int = 2) -> AsyncIterator[Crew]:
    crew = Crew(find_free_port())
    running = asyncio.create_task(
        run_workers(_ARGV, count, host="127.0.0.1", port=crew.port, stop=crew.stop, stop_deadline_s=10)
    )
    try:
        yield crew
    finally:
        crew.stop.set()
        await running


async def test_workers_answer_on_one_port_and_their_counts_are_one() -> None:
    async with working() as crew:
        await crew.pids(2)
        before = _total("answered_total", await crew.ask("/metrics"))
        await asyncio.gather(*(crew.ask() for _ in range(50)))
        assert _total("answered_total", await crew.ask("/metrics")) == before + 50


async def test_a_worker_that_is_killed_is_replaced_and_nobody_else_notices() -> None:
    async with working() as crew:
        victim, survivor = sorted(await crew.pids(2))
        slow = await crew.ask_slowly(20)
        await _kill(victim)
        outcomes = await asyncio.gather(*slow, return_exceptions=True)
        # What the dead one had accepted is lost with it, and nothing else.
        assert {outcome for outcome in outcomes if isinstance(outcome, str)} <= {str(survivor)}
        assert all(isinstance(outcome, (str, aiohttp.ClientError)) for outcome in outcomes)
        following = await asyncio.gather(*(crew.ask() for _ in range(20)))
        assert str(victim) not in following
        assert len(await crew.pids(2, but=victim)) == 2


async def test_counts_of_a_worker_that_was_killed_stay() -> None:
    async with working() as crew:
        told = 0.0
        for _ in range(3):
            victim, _ = await crew.pids(2)
            before = _total("answered_total", await crew.ask("/metrics"))
            assert before > told
            await _kill(victim)
            told = _total("answered_total", await crew.ask("/metrics"))
            assert told == before
            assert len(await crew.pids(2, but=victim)) == 2


async def test_the_end_waits_for_what_is_under_way() -> None:
    async with working() as crew:
        await crew.pids(2)
        slow = await crew.ask_slowly(10)
        crew.stop.set()
        assert len(await asyncio.gather(*slow)) == 10


async def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    script = (
        "import asyncio; from kit.workers.parent import run_workers; "
        f"asyncio.run(run_workers({_ARGV!r}, 2, host='127.0.0.1', port={(port := find_free_port())}, "
        "stop=asyncio.Event(), stop_deadline_s=5))"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script, env=environment)
    workers = [psutil.Process(pid) for pid in await Crew(port).pids(2)]
    parent.kill()
    await parent.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, workers, timeout=_DEADLINE_S)
    assert alive == []
    assert list(tmp_path.iterdir()) == []


async def test_workers_that_cannot_start_are_not_started_for_ever() -> None:
    with pytest.raises(WorkerFailedError, match="status 3"):
        await run_workers(
            [*_ARGV, "--fail"],
            2,
            host="127.0.0.1",
            port=find_free_port(),
            stop=asyncio.Event(),
            stop_deadline_s=5,
        )


def test_counts_are_added_up_and_what_is_measured_is_told_for_each() -> None:
    text = """
# HELP done_total Done.
# TYPE done_total counter
done_total{kind="a"} 2.0
# HELP took_seconds Took.
# TYPE took_seconds histogram
took_seconds_bucket{le="1.0"} 1.0
took_seconds_bucket{le="+Inf"} 2.0
took_seconds_count 2.0
took_seconds_sum 3.5
# HELP open Open.
# TYPE open gauge
open 4.0
"""
    merged = merge_expositions({"1": text, "2": text.replace('"a"', '"b"'), "3": text}).decode()
    samples = {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(merged)
        for sample in family.samples
    }
    assert samples == {
        ("done_total", (("kind", "a"),)): 4,
        ("done_total", (("kind", "b"),)): 2,
        ("took_seconds_bucket", (("le", "1.0"),)): 3,
        ("took_seconds_bucket", (("le", "+Inf"),)): 6,
        ("took_seconds_count", ()): 6,
        ("took_seconds_sum", ()): 10.5,
        ("open", (("worker", "1"),)): 4,
        ("open", (("worker", "2"),)): 4,
        ("open", (("worker", "3"),)): 4,
    }


async def _kill(pid: int) -> None:
    """Returns when it accepts nothing any more."""
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(_DEADLINE_S):
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.01)


def _total(name: str, metrics: str) -> float:
    return sum(
        sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
        if sample.name == name
    )
