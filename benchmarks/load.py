"""A closed loop over a number of connections: the next request goes out when the last one is answered.

It shares the machine with what it measures, so it is the router's own client of HTTP: some 30 µs of CPU a request.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from router.transports.http1 import Answer, HttpFigures, Pool, RequestWriter, parse_target


@dataclass(frozen=True, slots=True)
class Request:
    """A POST with a JSON body; ``expects`` is in every right answer to it."""

    body: bytes
    headers: dict[str, str]
    expects: bytes


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


async def repeat(
    action: Callable[[int], Awaitable[None]], *, clients: int, seconds: float, into: Measured
) -> None:
    """Each client does it again and again; ``action`` takes the client's number."""
    started = time.perf_counter()
    end = started + seconds

    async def client(number: int) -> None:
        while (began := time.perf_counter()) < end:
            await action(number)
            into.latencies.append(time.perf_counter() - began)

    await asyncio.gather(*map(client, range(clients)))
    into.seconds += time.perf_counter() - started


async def measure(
    url: str, next_request: Callable[[], Request], *, connections: int, seconds: float, into: Measured
) -> None:
    """Adds what it measured to ``into``. Raises RuntimeError for an answer that is not right."""
    async with open_client(url, connections) as client:

        async def ask(_: int) -> None:
            request = next_request()
            answer = await client.send(request)
            if answer.status != 200 or request.expects not in answer.body or b'"errors":' in answer.body:
                raise RuntimeError(f"{url}: {answer.status} {answer.body[:500]!r}")

        await repeat(ask, clients=connections, seconds=seconds, into=into)


class Client:
    """Connections to one endpoint."""

    def __init__(self, url: str, connections: int) -> None:
        target = parse_target(url)
        self._writer = RequestWriter(target)
        self._pool = Pool(target, HttpFigures(connections=connections))

    async def send(self, request: Request) -> Answer:
        """Whatever the answer is."""
        return await self._pool.exchange(self._writer.write(request.headers, request.body), may_resend=False)

    def close(self) -> None:
        self._pool.close()


@asynccontextmanager
async def open_client(url: str, connections: int) -> AsyncIterator[Client]:
    """Closed when the block ends."""
    client = Client(url, connections)
    try:
        yield client
    finally:
        client.close()
