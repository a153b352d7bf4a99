"""Contenders take turns, so that whatever else the machine does hits all of them alike."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import TypeAlias

from benchmarks.cpu import cpu_seconds
from benchmarks.feed.contenders import Endpoint, Servers
from benchmarks.load import Measured, Request, measure
from benchmarks.report import Row

PEER = "cached monolith"
FLOOR = "floor"
Drive: TypeAlias = Callable[[int, float, Measured], Awaitable[None]]
"""(connections, seconds, into)."""


@dataclass(slots=True)
class Weighed:
    """Of one contender in one scenario, over all its turns; CPU in seconds."""

    measured: Measured = field(default_factory=Measured)
    python_s: float = 0.0
    postgres_s: float = 0.0
    valkey_s: float = 0.0

    def a_request_ms(self, spent_s: float) -> float:
        return spent_s * 1000 / len(self.measured.latencies)

    @property
    def cpu_ms(self) -> float:
        """Of all processes, for one request."""
        return self.a_request_ms(self.python_s + self.postgres_s + self.valkey_s)


@dataclass(frozen=True, slots=True)
class Contender:
    """One that does an operation; ``python_cpu_s`` is what its own processes have spent so far."""

    operation: str
    name: str
    drive: Drive
    python_cpu_s: Callable[[], float]


def contender_of(operation: str, endpoint: Endpoint, requests: Sequence[Request]) -> Contender:
    """One that answers the requests, each in its turn."""
    next_request = cycle(requests).__next__

    async def drive(connections: int, seconds: float, into: Measured) -> None:
        await measure(endpoint.url, next_request, connections=connections, seconds=seconds, into=into)

    return Contender(operation, endpoint.name, drive, endpoint.python_cpu_s)


Key: TypeAlias = tuple[str, int, str]
"""Operation, connections, name."""


async def take_turns(
    contenders: Sequence[Contender],
    servers: Servers,
    *,
    connections: Sequence[int],
    seconds: float,
    turns: int,
) -> dict[Key, Weighed]:
    """Each contender in each scenario, ``turns`` times over. Nobody always comes first."""
    weighed = {(each.operation, count, each.name): Weighed() for count in connections for each in contenders}
    for turn in range(turns):
        first = turn % len(contenders)
        for count in connections:
            for each in (*contenders[first:], *contenders[:first]):
                await _weigh(each, servers, count, seconds, weighed[each.operation, count, each.name])
        print(f"turn {turn + 1} of {turns}", file=sys.stderr)
    return weighed


async def _weigh(each: Contender, servers: Servers, connections: int, seconds: float, into: Weighed) -> None:
    """Python's CPU is read innermost: reading costs some, of the very process in which the floor runs."""
    postgres_s, valkey_s = cpu_seconds(servers.postgres_pid), cpu_seconds(servers.valkey_pid)
    python_s = each.python_cpu_s()
    await each.drive(connections, seconds, into.measured)
    into.python_s += each.python_cpu_s() - python_s
    into.postgres_s += cpu_seconds(servers.postgres_pid) - postgres_s
    into.valkey_s += cpu_seconds(servers.valkey_pid) - valkey_s


def rows_of(weighed: dict[Key, Weighed]) -> list[Row]:
    """Beside each other what is compared: by operation, then by connections."""
    return [_row(key, weighed) for key in sorted(weighed, key=lambda key: key[:2])]


def _row(key: Key, weighed: dict[Key, Weighed]) -> Row:
    operation, connections, name = key
    own = weighed[key]
    peer, floor = (weighed.get((operation, connections, other)) for other in (PEER, FLOOR))
    row: dict[str, str | float] = {
        "name": f"{operation}, {connections} conn., {name}",
        "requests_per_s": own.measured.per_second,
        "p50_ms": own.measured.percentile_ms(0.5),
        "p99_ms": own.measured.percentile_ms(0.99),
        "python_cpu_ms": own.a_request_ms(own.python_s),
        "postgres_cpu_ms": own.a_request_ms(own.postgres_s),
        "valkey_cpu_ms": own.a_request_ms(own.valkey_s),
    }
    if peer is not None:
        row["requests_to_cached_monolith"] = own.measured.per_second / peer.measured.per_second
    if floor is not None:
        row["cpu_to_floor"] = own.cpu_ms / floor.cpu_ms
    return row
