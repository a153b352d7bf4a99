"""``python -m benchmarks.origin``: people watch at an origin with its caches and at one without, taking turns."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp
from yarl import URL

from benchmarks.origin.library import Library, fill, watching
from benchmarks.report import Row, add_json_argument, report
from benchmarks.servers import serving
from devstack.ports import find_free_port
from devstack.testing import SessionStack, session_stack
from kit.config import Settings

_LOOKUPS = re.compile(r'clipgraph_origin_lookups_total\{kind="segment",result="(\w+)"\} ([\d.e+]+)')
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class _Measured:
    requests: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    latencies: list[float] = field(default_factory=list)
    found: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Way:
    """An origin as a process of its own."""

    base: str
    pid: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--videos", type=int, default=400)
    parser.add_argument("--exponent", type=float, default=1.3, help="of Zipf's law")
    add_json_argument(parser)
    arguments = parser.parse_args()
    with session_stack() as servers, TemporaryDirectory() as folder:
        rows = asyncio.run(_run(servers, Path(folder), arguments))
    report(rows, arguments.json)


async def _run(servers: SessionStack, folder: Path, arguments: argparse.Namespace) -> list[Row]:
    settings = _settings(servers)
    library = await fill(settings, videos=arguments.videos, segments=6, segment_bytes=100_000)
    whole = arguments.videos * library.segments * library.segment_bytes
    ways = {
        "memory for 1/10 of it, disk for 1/2": (whole // 10, whole // 2),
        "memory for 1/10 of it alone": (whole // 10, 0),
        "no cache: every read from the store": (0, 0),
    }
    measured = {name: _Measured() for name in ways}
    async with AsyncExitStack() as stack:
        running = {}
        for number, (name, (memory, disk)) in enumerate(ways.items()):
            running[name] = await _start(stack, settings, folder / str(number), memory, disk)
        for turn in (-2, -1):  # caches fill
            for way in running.values():
                await _turn(way, library, arguments, turn, _Measured())
        before = {name: await _found(way) for name, way in running.items()}
        for turn in range(1, arguments.turns + 1):
            for name, way in running.items():
                await _turn(way, library, arguments, turn, measured[name])
        for name, way in running.items():
            after = await _found(way)
            measured[name].found = {kind: after[kind] - before[name].get(kind, 0) for kind in after}
    return [_row(name, each) for name, each in measured.items()]


async def _turn(
    way: _Way, library: Library, arguments: argparse.Namespace, turn: int, into: _Measured
) -> None:
    """A closed loop of clients; all ways get the same requests in the same turn."""
    cpu, started = _cpu_s(way.pid), time.perf_counter()
    end = started + arguments.seconds
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=arguments.clients)) as session:
        await asyncio.gather(
            *(
                _client(session, way, watching(library, seed, exponent=arguments.exponent), end, into)
                for seed in range(turn * 1000, turn * 1000 + arguments.clients)
            )
        )
    into.seconds += time.perf_counter() - started
    into.cpu_s += _cpu_s(way.pid) - cpu


async def _client(
    session: aiohttp.ClientSession, way: _Way, addresses: Iterator[str], end: float, into: _Measured
) -> None:
    while (started := time.perf_counter()) < end:
        url = f"{way.base}/{next(addresses).split('/', 3)[3]}"
        async with session.get(URL(url, encoded=True)) as response:
            await response.read()
        if response.status != 200:
            raise RuntimeError(f"{url}: {response.status}")
        into.latencies.append(time.perf_counter() - started)
        into.requests += 1


async def _start(stack: AsyncExitStack, settings: Settings, folder: Path, memory: int, disk: int) -> _Way:
    port = find_free_port()
    environment = {
        "CLIPGRAPH_ORIGIN_PORT": str(port),
        "CLIPGRAPH_DATA_DIR": str(folder),
        "CLIPGRAPH_EDGE_MEMORY_BYTES": str(memory),
        "CLIPGRAPH_EDGE_DISK_BYTES": str(disk),
        "CLIPGRAPH_VALKEY_URL": settings.valkey_url,
        "CLIPGRAPH_S3_ENDPOINT": settings.s3_endpoint or "",
        "CLIPGRAPH_S3_ACCESS_KEY": settings.s3_access_key,
        "CLIPGRAPH_S3_SECRET_KEY": settings.s3_secret_key.get_secret_value(),
        "CLIPGRAPH_BUCKET_PROCESSED": settings.bucket_processed,
        "CLIPGRAPH_BUCKET_THUMBNAILS": settings.bucket_thumbnails,
    }
    base = f"http://127.0.0.1:{port}"
    argv = [sys.executable, "-m", "clipgraph", "serve", "origin"]
    pid = await stack.enter_async_context(serving(argv, environment, f"{base}/health/ready"))
    return _Way(base, pid)


def _settings(servers: SessionStack) -> Settings:
    return Settings.model_validate(
        {
            "valkey_url": servers.claim_valkey(),
            "s3_endpoint": servers.s3.endpoint,
            "s3_access_key": servers.s3.access_key,
            "s3_secret_key": servers.s3.secret_key,
            "bucket_processed": f"{servers.token}-bench-processed",
            "bucket_thumbnails": f"{servers.token}-bench-thumbnails",
        }
    )


async def _found(way: _Way) -> dict[str, float]:
    """Segments by where they were found, since the start."""
    async with aiohttp.ClientSession() as session, session.get(f"{way.base}/metrics") as response:
        return {place: float(count) for place, count in _LOOKUPS.findall(await response.text())}


def _cpu_s(pid: int) -> float:
    """Of all threads of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _row(name: str, measured: _Measured) -> Row:
    lookups = sum(measured.found.values())
    ordered = sorted(measured.latencies)
    return {
        "name": name,
        "requests_per_s": measured.requests / measured.seconds,
        "cpu_ms_per_request": measured.cpu_s / measured.requests * 1000,
        "p50_ms": median(ordered) * 1000,
        "p99_ms": ordered[int(len(ordered) * 0.99)] * 1000,
        "segments_not_from_store_percent": 100 * (1 - measured.found.get("store", 0) / lookups),
        "of_those_from_disk_percent": 100 * measured.found.get("disk", 0) / lookups,
    }


if __name__ == "__main__":
    main()
