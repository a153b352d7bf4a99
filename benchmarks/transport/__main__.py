"""``python -m benchmarks.transport``: a request to a subgraph by aiohttp and by our own client, in turns."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.load import Measured
from benchmarks.report import Row, add_json_argument, report
from benchmarks.router.processes import started
from benchmarks.router.subgraphs import ITEMS
from benchmarks.transport.with_aiohttp import AiohttpTransport
from contracts.subgraph import SubgraphRequest
from devstack.ports import find_free_port
from router.transports import HttpTransport, Transport

_CONNECTIONS = (1, 16)
_REQUEST = SubgraphRequest(
    "query($representations: [_Any!]!) { _entities(representations: $representations)"
    " { ... on Product { rating reviews { id stars body } } } }",
    {"representations": [{"__typename": "Product", "id": str(number)} for number in range(ITEMS)]},
    headers={
        "x-envoy-expected-rq-timeout-ms": "10000",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "authorization": "Bearer " + "x" * 200,
    },
)


@dataclass(slots=True)
class _Contender:
    name: str
    transport: Transport
    measured: dict[int, Measured] = field(
        default_factory=lambda: {count: Measured() for count in _CONNECTIONS}
    )
    cpu_s: dict[int, float] = field(default_factory=lambda: dict.fromkeys(_CONNECTIONS, 0.0))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transport", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each turn (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=5, help="of each contender (default: %(default)s)")
    add_json_argument(parser)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        rows = uvloop.run(_run(Path(folder), arguments.seconds, arguments.turns))
    report(rows, arguments.json)


async def _run(folder: Path, seconds: float, turns: int) -> list[Row]:
    port, socket = str(find_free_port()), str(folder / "reviews.sock")
    async with AsyncExitStack() as stack:
        for place in (port, socket):
            argv = [sys.executable, "-m", "benchmarks.router.subgraphs", "reviews", place]
            await stack.enter_async_context(started(argv, place))
        contenders = _contenders(port, socket)
        for turn in range(turns + 1):
            for connections in _CONNECTIONS:
                for contender in contenders:
                    await _take_turn(contender, connections, seconds, counts=turn > 0)
        for contender in contenders:
            await contender.transport.close()
    return [_row(contender, connections) for connections in _CONNECTIONS for contender in contenders]


def _contenders(port: str, socket: str) -> list[_Contender]:
    url = f"http://127.0.0.1:{port}/graphql"
    return [
        _Contender("aiohttp, TCP", AiohttpTransport(url, None)),
        _Contender("ours, TCP", HttpTransport("reviews", url)),
        _Contender("aiohttp, Unix socket", AiohttpTransport("http://localhost/graphql", socket)),
        _Contender("ours, Unix socket", HttpTransport("reviews", f"unix://{socket}?path=/graphql")),
    ]


async def _take_turn(contender: _Contender, connections: int, seconds: float, *, counts: bool) -> None:
    """The first turn warms up and doesn't count. CPU is this process's: nothing else runs here."""
    measured = Measured()
    execute = contender.transport.execute
    cpu_before, started_at = time.process_time(), time.perf_counter()
    end = started_at + seconds

    async def client() -> None:
        while (sent_at := time.perf_counter()) < end:
            answer = await execute(_REQUEST)
            measured.latencies.append(time.perf_counter() - sent_at)
            if len(answer["data"]["_entities"]) != ITEMS:
                raise RuntimeError(str(answer)[:500])

    await asyncio.gather(*(client() for _ in range(connections)))
    if counts:
        total = contender.measured[connections]
        total.latencies += measured.latencies
        total.seconds += time.perf_counter() - started_at
        contender.cpu_s[connections] += time.process_time() - cpu_before


def _row(contender: _Contender, connections: int) -> Row:
    measured = contender.measured[connections]
    return {
        "name": f"{contender.name}, {connections} at once",
        "requests_per_s": measured.per_second,
        "cpu_us": contender.cpu_s[connections] * 1e6 / len(measured.latencies),
        "p50_ms": measured.percentile_ms(0.5),
        "p99_ms": measured.percentile_ms(0.99),
    }


if __name__ == "__main__":
    main()
