"""A closed loop over a number of connections: the next request goes out when the last one is answered."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import orjson

from benchmarks.load import Measured
from benchmarks.router.processes import cpu_seconds
from benchmarks.router.subgraphs import ITEMS, PRODUCTS, QUERY, expected
from benchmarks.router.world import RunningRouter
from router.transports.http1 import HttpFigures, Pool, RequestWriter, parse_target


@dataclass(slots=True)
class Weighed:
    """What was measured of one router in one scenario, over all its turns."""

    measured: Measured = field(default_factory=Measured)
    cpu_s: float = 0.0

    @property
    def cpu_ms(self) -> float:
        """Of the router's process, for one request."""
        return self.cpu_s * 1000 / len(self.measured.latencies)


@dataclass(frozen=True, slots=True)
class Scenario:
    """``is_distinct``: each request has other variables; otherwise all are the same."""

    connections: int
    is_distinct: bool

    def __str__(self) -> str:
        return f"{self.connections} conn., {'distinct' if self.is_distinct else 'identical'}"

    def numbers(self) -> Iterator[int]:
        """Where the list that a request asks for begins."""
        if not self.is_distinct:
            return itertools.repeat(77)
        order = list(range(PRODUCTS))
        random.Random(1).shuffle(order)
        return itertools.cycle(order)


async def check(router: RunningRouter) -> None:
    """Raises RuntimeError for a wrong answer."""
    pool, write = _open(router, 1)
    for number in (0, 5, PRODUCTS - 1):
        answer = await pool.exchange(write(number), may_resend=True)
        if answer.status != 200 or orjson.loads(answer.body).get("data") != expected(number):
            raise RuntimeError(f"{router.name}: {answer.status} {answer.body[:500]!r}")
    pool.close()


async def measure(router: RunningRouter, scenario: Scenario, seconds: float, into: Weighed) -> None:
    """Adds one turn. Raises RuntimeError for an answer to something else."""
    pool, write = _open(router, scenario.connections)
    numbers = scenario.numbers()
    cpu_before, started = cpu_seconds(router.pid), time.perf_counter()
    end = started + seconds

    async def client() -> None:
        while (sent_at := time.perf_counter()) < end:
            number = next(numbers)
            answer = await pool.exchange(write(number), may_resend=False)
            into.measured.latencies.append(time.perf_counter() - sent_at)
            if answer.status != 200 or b'"Product %d"' % number not in answer.body:
                raise RuntimeError(f"{router.name}: {answer.status} {answer.body[:500]!r}")

    await asyncio.gather(*(client() for _ in range(scenario.connections)))
    into.measured.seconds += time.perf_counter() - started
    into.cpu_s += cpu_seconds(router.pid) - cpu_before
    pool.close()


def _open(router: RunningRouter, connections: int) -> tuple[Pool, Callable[[int], bytes]]:
    target = parse_target(router.url)
    writer = RequestWriter(target)
    headers = {"authorization": f"Bearer {router.token}"}

    def write(number: int) -> bytes:
        variables = {"after": number, "first": ITEMS}
        return writer.write(headers, orjson.dumps({"query": QUERY, "variables": variables}))

    return Pool(target, HttpFigures(connections=connections)), write
