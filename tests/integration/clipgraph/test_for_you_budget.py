"""What a For You page of twenty costs the servers: the whole graph in this process, over a filled database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.feed.world import Size, fill
from clipgraph.demo.documents import FOR_YOU
from clipgraph.processes.graph import open_graph
from contracts.ids import new_id
from db.migrate import upgrade
from devstack.testing import SessionStack
from kit.config import Settings
from kit.db.counting import observed_statements
from kit.eventually import eventually
from router.pipeline.handle import Pipeline
from router.pipeline.messages import HttpRequest
from subgraphs.auth.models import Account, Session
from subgraphs.auth.tokens import load_signing_key
from tests.support.round_trips import observed_round_trips
from tests.support.settings import settings_for

_BODY = json.dumps({"query": FOR_YOU, "variables": {"first": 20}}).encode()


@pytest.fixture
async def filled(
    servers: SessionStack, worker_name: str, tmp_path: Path
) -> AsyncIterator[tuple[Settings, HttpRequest]]:
    """A platform that nobody has used yet, and the request of somebody in it."""
    database = await servers.create_database(f"{worker_name}_budget")
    await asyncio.to_thread(upgrade, servers.postgres_dsn(database))
    people = await fill(servers.postgres_dsn(database), Size(people=60, videos=120, likes=1000, follows=300))
    settings = settings_for(servers, database, data_dir=tmp_path)
    user_id, handle = people[0]
    account = Account(user_id, f"{handle}@example.com", handle, handle.title(), "", ("user",))
    token, _ = load_signing_key(settings).sign_access_token(
        account, Session(new_id(), user_id), now=datetime.now(UTC)
    )
    headers = {"host": "127.0.0.1", "content-type": "application/json", "authorization": f"Bearer {token}"}
    yield settings, HttpRequest("POST", headers, {}, _BODY, "127.0.0.1")
    await servers.drop_database(database)


async def test_a_page_is_three_statements_and_two_round_trips(filled: tuple[Settings, HttpRequest]) -> None:
    settings, request = filled
    async with open_graph(settings) as graph:
        pipeline = Pipeline(graph.engine, graph.authenticator, graph.configuration, admission=graph.admission)
        with observed_statements() as cold:
            first = await _page(pipeline, request)
        assert len(cold) <= 6

        async def is_within_budget() -> bool:
            with observed_statements() as statements, observed_round_trips() as round_trips:
                assert await _page(pipeline, request) == first
            return len(statements) <= 3 and len(round_trips) <= 2

        # A process keeps nothing before Valkey tells it of changes.
        assert await eventually(is_within_budget, within_s=10)


async def _page(pipeline: Pipeline, request: HttpRequest) -> Any:
    response = await pipeline.handle(request)
    assert isinstance(response.body, bytes)
    answer = json.loads(response.body)
    assert "errors" not in answer
    assert len(answer["data"]["forYouFeed"]["edges"]) == 20
    return answer
