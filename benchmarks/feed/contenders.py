"""Who answers: the platform in one process, the platform split over HTTP, the monolith. Each is processes of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import psutil
from redis.asyncio import Redis

from benchmarks.cpu import cpu_seconds
from benchmarks.feed.world import Size, fill
from benchmarks.servers import serving
from clipgraph.domains import DOMAINS
from db.migrate import upgrade
from devstack.ports import find_free_port
from devstack.testing import SessionStack
from subgraphs.auth.tokens import SigningKey

_ORIGIN = "http://127.0.0.1:4002"
_UNLIMITED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Servers:
    """The database and Valkey that all share, and the processes that they are."""

    stack: SessionStack
    database: str
    valkey_url: str
    postgres_pid: int
    valkey_pid: int

    @classmethod
    async def open(cls, stack: SessionStack) -> Servers:
        """With a new database, migrated and empty."""
        database, valkey_url = await stack.create_database("bench_feed"), stack.claim_valkey()
        await asyncio.to_thread(upgrade, stack.postgres_dsn(database))
        connection = await asyncpg.connect(stack.postgres_dsn(database))
        postmaster = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()")).ppid()
        await connection.close()
        async with Redis.from_url(valkey_url) as valkey:
            figures: Mapping[str, Any] = await valkey.info("server")
        return cls(stack, database, valkey_url, postmaster, int(figures["process_id"]))

    @property
    def dsn(self) -> str:
        return self.stack.postgres_dsn(self.database)

    @property
    def log(self) -> Path:
        """What PostgreSQL says."""
        return self.stack.data_dir / "logs" / "postgres.log"

    async def fill(self) -> tuple[list[tuple[UUID, str]], list[UUID]]:
        """(id, handle) of people, and ids of videos, the oldest first."""
        people = await fill(self.dsn, Size())
        connection = await asyncpg.connect(self.dsn)
        rows = await connection.fetch("SELECT video_id FROM videos.videos ORDER BY video_id")
        await connection.close()
        return people, [row["video_id"] for row in rows]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A GraphQL endpoint and the processes behind it."""

    name: str
    url: str
    pids: tuple[int, ...]

    def python_cpu_s(self) -> float:
        return sum(map(cpu_seconds, self.pids))


async def start_platform(exits: AsyncExitStack, servers: Servers, folder: Path) -> Endpoint:
    """The router with all subgraphs in its process."""
    return await _start_router(exits, "clipgraph", _platform_environment(servers, folder))


async def start_split(exits: AsyncExitStack, servers: Servers, folder: Path) -> Endpoint:
    """Router and subgraphs in processes of their own."""
    environment = _platform_environment(servers, folder)
    urls, pids = {}, []
    for domain in DOMAINS:
        port = find_free_port()
        argv = [sys.executable, "-m", "clipgraph", "serve", "subgraph", domain, "--port", str(port)]
        base = f"http://127.0.0.1:{port}"
        pids.append(await exits.enter_async_context(serving(argv, environment, f"{base}/health/ready")))
        urls[domain] = f"{base}/graphql"
    environment["CLIPGRAPH_SUBGRAPH_URL_OVERRIDE"] = json.dumps(urls)
    router = await _start_router(exits, "clipgraph split", environment)
    return Endpoint(router.name, router.url, (*router.pids, *pids))


async def start_monolith(
    exits: AsyncExitStack, servers: Servers, key: SigningKey, *, has_caches: bool
) -> Endpoint:
    """FastAPI, Strawberry and SQLAlchemy's ORM; with or without Strawberry's caches of documents."""
    port = find_free_port()
    environment = {
        "PEER_DSN": servers.dsn.replace("postgresql://", "postgresql+asyncpg://"),
        "PEER_VALKEY": servers.valkey_url,
        "PEER_JWKS": json.dumps(key.jwks()),
        "PEER_ORIGIN": _ORIGIN,
        "PEER_CACHES": "1" if has_caches else "0",
    }
    argv = [
        *(sys.executable, "-m", "uvicorn", "benchmarks.peers.monolith.app:app", "--port", str(port)),
        *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"),
    ]
    base = f"http://127.0.0.1:{port}"
    pid = await exits.enter_async_context(serving(argv, environment, f"{base}/health/ready"))
    return Endpoint("cached monolith" if has_caches else "monolith", f"{base}/graphql", (pid,))


async def _start_router(exits: AsyncExitStack, name: str, environment: dict[str, str]) -> Endpoint:
    port = find_free_port()
    argv = [sys.executable, "-m", "clipgraph", "serve", "router"]
    base = f"http://127.0.0.1:{port}"
    ready = f"{base}/health/ready"
    pid = await exits.enter_async_context(
        serving(argv, {**environment, "CLIPGRAPH_ROUTER_PORT": str(port)}, ready)
    )
    return Endpoint(name, f"{base}/graphql", (pid,))


def _platform_environment(servers: Servers, folder: Path) -> dict[str, str]:
    """Requests of a user are counted, as always, and none is refused."""
    return {
        "CLIPGRAPH_DATABASE_URL": f"{servers.stack.postgres_url}/{servers.database}",
        "CLIPGRAPH_VALKEY_URL": servers.valkey_url,
        "CLIPGRAPH_S3_ENDPOINT": servers.stack.s3.endpoint,
        "CLIPGRAPH_DATA_DIR": str(folder),
        "CLIPGRAPH_ORIGIN_URL": _ORIGIN,
        "CLIPGRAPH_LOG_LEVEL": "WARNING",
        "CLIPGRAPH_USER_REQUESTS_PER_MINUTE": str(_UNLIMITED),
    }
