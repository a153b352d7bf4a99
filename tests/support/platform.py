"""The whole platform in this process: the same composition roots, real servers, real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import asyncpg

from clipgraph.demo.api import Api
from clipgraph.domains import DOMAINS
from clipgraph.processes.origin import serve_origin
from clipgraph.processes.realtime import serve_realtime
from clipgraph.processes.router import serve_router
from clipgraph.processes.subgraphs import serve_subgraph
from clipgraph.processes.workers import serve_consume, serve_media, serve_relay, serve_schedule
from devstack.ports import find_free_port
from kit.config import Settings
from kit.storage import Storage

_READY_DEADLINE_S = 30


@dataclass(frozen=True, slots=True)
class Platform:
    settings: Settings
    api: Api


@asynccontextmanager
async def running_platform(settings: Settings, *, split: bool) -> AsyncIterator[Platform]:
    """``split``: every subgraph behind HTTP, as a process of its own would be; else in the router's process."""
    router, realtime, origin = find_free_port(), find_free_port(), find_free_port()
    subgraph_ports = {domain: find_free_port() for domain in DOMAINS} if split else {}
    placed = settings.model_copy(
        update={
            "router_port": router,
            "realtime_port": realtime,
            "origin_port": origin,
            "origin_url": f"http://127.0.0.1:{origin}",
            "realtime_url": f"ws://127.0.0.1:{realtime}/graphql",
            "subgraph_url_override": {
                domain: f"http://127.0.0.1:{port}/graphql" for domain, port in subgraph_ports.items()
            },
        }
    )
    await _make_buckets(placed)
    await _forget_facts(placed)
    stop = asyncio.Event()
    services: list[Awaitable[None]] = [
        *(serve_subgraph(placed, domain, port=port, stop=stop) for domain, port in subgraph_ports.items()),
        serve_router(placed, stop=stop),
        serve_realtime(placed, stop=stop),
        serve_origin(placed, stop=stop),
        serve_relay(placed, (), stop=stop),
        serve_consume(placed, (), stop=stop),
        serve_schedule(placed, (), stop=stop),
        serve_media(placed, stop=stop),
    ]
    tasks = [asyncio.ensure_future(service) for service in services]
    try:
        async with aiohttp.ClientSession() as session:
            for port in (*subgraph_ports.values(), router, realtime, origin):
                await _until_ready(session, f"http://127.0.0.1:{port}/health/ready", tasks)
            yield Platform(placed, Api(session, f"http://127.0.0.1:{router}/graphql", placed.realtime_url))
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _make_buckets(settings: Settings) -> None:
    storage = Storage.from_settings(settings)
    buckets = [
        settings.bucket_raw,
        settings.bucket_processed,
        settings.bucket_thumbnails,
        settings.bucket_avatars,
    ]
    await storage.ensure_buckets(buckets)
    storage.close()


async def _forget_facts(settings: Settings) -> None:
    """Tests of single domains leave facts of people whom no other domain knows: nobody is to hear of them."""
    for domain in DOMAINS:
        connection = await asyncpg.connect(settings.database_dsn(domain))
        try:
            await connection.execute(f"DELETE FROM {domain}.outbox")
        finally:
            await connection.close()


async def _until_ready(
    session: aiohttp.ClientSession, url: str, tasks: Sequence[asyncio.Future[None]]
) -> None:
    async with asyncio.timeout(_READY_DEADLINE_S):
        while True:
            for task in tasks:
                if task.done():
                    task.result()
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
            else:
                await asyncio.sleep(0.05)
