"""The requests of the list of products, and what they cost a router."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import orjson

from benchmarks import load
from benchmarks.cpu import cpu_seconds
from benchmarks.load import Measured, Request
from benchmarks.router.subgraphs import ITEMS, PRODUCTS, QUERY, expected
from benchmarks.router.world import RunningRouter


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
    request = _requests(router)
    async with load.open_client(router.url, 1) as client:
        for number in (0, 5, PRODUCTS - 1):
            answer = await client.send(request(number))
            if answer.status != 200 or orjson.loads(answer.body).get("data") != expected(number):
                raise RuntimeError(f"{router.name}: {answer.status} {answer.body[:500]!r}")


async def measure(router: RunningRouter, scenario: Scenario, seconds: float, into: Weighed) -> None:
    """Adds one turn. Raises RuntimeError for an answer to something else."""
    request, numbers = _requests(router), scenario.numbers()
    cpu_before = cpu_seconds(router.pid)
    await load.measure(
        router.url,
        lambda: request(next(numbers)),
        connections=scenario.connections,
        seconds=seconds,
        into=into.measured,
    )
    into.cpu_s += cpu_seconds(router.pid) - cpu_before


def _requests(router: RunningRouter) -> Callable[[int], Request]:
    headers = {"authorization": f"Bearer {router.token}"}

    def write(number: int) -> Request:
        variables = {"after": number, "first": ITEMS}
        body = orjson.dumps({"query": QUERY, "variables": variables})
        return Request(body, headers, b'"Product %d"' % number)

    return write
