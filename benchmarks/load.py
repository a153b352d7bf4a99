"""A closed loop of clients: each sends its next request when the last one is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp


@dataclass(frozen=True, slots=True)
class Request:
    """A POST with a JSON body."""

    body: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class Measured:
    """Latencies of answered requests in seconds, over ``seconds`` of wall clock."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, part: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000


async def measure(
    url: str, next_request: Callable[[], Request], *, clients: int, seconds: float, into: Measured
) -> None:
    """Adds what it measured to ``into``. Raises RuntimeError for an answer with errors."""
    end = time.perf_counter() + seconds
    started = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=clients)) as session:
        await asyncio.gather(*(_client(session, url, next_request, end, into) for _ in range(clients)))
    into.seconds += time.perf_counter() - started


async def _client(
    session: aiohttp.ClientSession, url: str, next_request: Callable[[], Request], end: float, into: Measured
) -> None:
    while time.perf_counter() < end:
        request = next_request()
        started = time.perf_counter()
        async with session.post(url, data=request.body, headers=request.headers) as response:
            answer = await response.read()
        into.latencies.append(time.perf_counter() - started)
        if response.status != 200 or b'"errors"' in answer:
            raise RuntimeError(answer[:500].decode("utf-8", "replace"))
