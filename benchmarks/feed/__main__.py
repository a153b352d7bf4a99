"""``python -m benchmarks.feed``: the platform's router and the monolith take turns under the same load."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import aiohttp

from benchmarks.feed.world import Size, fill
from benchmarks.load import Measured, Request, measure
from benchmarks.report import Row, add_json_argument, report
from benchmarks.servers import serving
from clipgraph.demo.documents import FOR_YOU
from contracts.ids import new_id
from db.migrate import upgrade
from devstack.ports import find_free_port
from devstack.testing import SessionStack, session_stack
from kit.config import Settings
from subgraphs.auth.models import Account, Session
from subgraphs.auth.tokens import SigningKey, load_signing_key

_ORIGIN = "http://127.0.0.1:4002"
_RETURNING = 50
_BODY = json.dumps({"query": FOR_YOU, "variables": {"first": 20}}).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    add_json_argument(parser)
    arguments = parser.parse_args()
    with session_stack() as servers, TemporaryDirectory() as folder:
        rows = asyncio.run(_run(servers, Path(folder), arguments))
    report(rows, arguments.json)


async def _run(servers: SessionStack, folder: Path, arguments: argparse.Namespace) -> list[Row]:
    database = await servers.create_database("bench_feed")
    await asyncio.to_thread(upgrade, servers.postgres_dsn(database))
    people = await fill(servers.postgres_dsn(database), Size())
    key = load_signing_key(Settings(data_dir=folder))
    requests = [_request(key, user_id, handle) for user_id, handle in people]
    async with AsyncExitStack() as stack:
        platform = await _start_platform(stack, servers, database, folder)
        monolith = await _start_monolith(stack, servers, database, key)
        await _check_equal(platform, monolith, requests[0])
        scenarios = {
            "returning viewers": itertools.cycle(requests[:_RETURNING]).__next__,
            "another viewer each time": itertools.cycle(requests[_RETURNING:]).__next__,
        }
        rows = await _take_turns({"clipgraph": platform, "monolith": monolith}, scenarios, arguments)
    await servers.drop_database(database)
    return rows


async def _take_turns(
    targets: dict[str, str], scenarios: dict[str, Callable[[], Request]], arguments: argparse.Namespace
) -> list[Row]:
    measured = {(scenario, name): Measured() for scenario in scenarios for name in targets}
    for _ in range(arguments.turns):
        for (scenario, name), into in measured.items():
            await measure(
                targets[name],
                scenarios[scenario],
                clients=arguments.clients,
                seconds=arguments.seconds,
                into=into,
            )
    return [
        {
            "name": f"{name}, {scenario}",
            "requests_per_s": into.per_second,
            "p50_ms": into.percentile_ms(0.5),
            "p99_ms": into.percentile_ms(0.99),
            "times_monolith": into.per_second / measured[scenario, "monolith"].per_second,
        }
        for (scenario, name), into in measured.items()
    ]


async def _start_platform(stack: AsyncExitStack, servers: SessionStack, database: str, folder: Path) -> str:
    port = find_free_port()
    environment = {
        "CLIPGRAPH_DATABASE_URL": f"{servers.postgres_url}/{database}",
        "CLIPGRAPH_VALKEY_URL": servers.claim_valkey(),
        "CLIPGRAPH_S3_ENDPOINT": servers.s3.endpoint,
        "CLIPGRAPH_DATA_DIR": str(folder),
        "CLIPGRAPH_ROUTER_PORT": str(port),
        "CLIPGRAPH_ORIGIN_URL": _ORIGIN,
        "CLIPGRAPH_LOG_LEVEL": "WARNING",
    }
    argv = [sys.executable, "-m", "clipgraph", "serve", "router"]
    base = f"http://127.0.0.1:{port}"
    await stack.enter_async_context(serving(argv, environment, f"{base}/health/ready"))
    return f"{base}/graphql"


async def _start_monolith(
    stack: AsyncExitStack, servers: SessionStack, database: str, key: SigningKey
) -> str:
    port = find_free_port()
    environment = {
        "PEER_DSN": servers.postgres_dsn(database).replace("postgresql://", "postgresql+asyncpg://"),
        "PEER_JWKS": json.dumps(key.jwks()),
        "PEER_ORIGIN": _ORIGIN,
    }
    argv = [
        *(sys.executable, "-m", "uvicorn", "benchmarks.peers.monolith.app:app", "--port", str(port)),
        *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"),
    ]
    base = f"http://127.0.0.1:{port}"
    await stack.enter_async_context(serving(argv, environment, f"{base}/health/ready"))
    return f"{base}/graphql"


def _request(key: SigningKey, user_id: UUID, handle: str) -> Request:
    account = Account(user_id, f"{handle}@example.com", handle, handle.title(), "", ("user",))
    token, _ = key.sign_access_token(account, Session(new_id(), user_id), now=datetime.now(UTC))
    return Request(_BODY, {"content-type": "application/json", "authorization": f"Bearer {token}"})


async def _check_equal(platform: str, monolith: str, request: Request) -> None:
    """A comparison of different answers would say nothing."""
    answers = [await _ask(url, request) for url in (platform, monolith)]
    if answers[0] != answers[1] or len(answers[0]["data"]["forYouFeed"]["edges"]) != 20:
        raise SystemExit(f"the answers differ:\n{_first_difference(answers)}")


async def _ask(url: str, request: Request) -> Any:
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=request.body, headers=request.headers) as response,
    ):
        return await response.json()


def _first_difference(answers: Sequence[Any]) -> str:
    lines = [json.dumps(answer, indent=1).splitlines() for answer in answers]
    for mine, theirs in itertools.zip_longest(*lines):
        if mine != theirs:
            return f"{mine}\n{theirs}"
    return "fewer videos than a page"


if __name__ == "__main__":
    main()
