"""The whole graph in this process over a database of its own, filled as the benchmarks fill theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.feed.world import Size, fill
from clipgraph.processes.graph import Graph, open_graph
from contracts.ids import new_id
from db.migrate import upgrade
from devstack.testing import SessionStack
from router.pipeline.handle import Pipeline
from router.pipeline.messages import HttpRequest
from subgraphs.auth.models import Account, Session
from subgraphs.auth.tokens import SigningKey, load_signing_key
from tests.support.settings import settings_for

_SIZE = Size(people=60, videos=120, likes=1000, follows=300)


class FilledGraph:
    """``people`` are ids and handles. Requests go through the router's whole pipeline."""

    def __init__(self, graph: Graph, key: SigningKey, people: list[tuple[UUID, str]]) -> None:
        self._pipeline = Pipeline(
            graph.engine, graph.authenticator, graph.configuration, admission=graph.admission
        )
        self._key = key
        self.people = people

    async def ask(self, person: int, document: str, **variables: Any) -> Any:
        """``data``. Raises AssertionError when there are errors."""
        user_id, handle = self.people[person]
        account = Account(user_id, f"{handle}@example.com", handle, handle.title(), "", ("user",))
        session = Session(new_id(), user_id)
        token, _ = self._key.sign_access_token(account, session, now=datetime.now(UTC))
        headers = {
            "host": "127.0.0.1",
            "content-type": "application/json",
            "authorization": f"Bearer {token}",
        }
        body = json.dumps({"query": document, "variables": variables}).encode()
        response = await self._pipeline.handle(HttpRequest("POST", headers, {}, body, "127.0.0.1"))
        assert isinstance(response.body, bytes)
        answer = json.loads(response.body)
        assert "errors" not in answer, answer
        return answer["data"]


@asynccontextmanager
async def filled_graph(servers: SessionStack, name: str, folder: Path) -> AsyncIterator[FilledGraph]:
    """One that nobody has asked anything yet."""
    database = await servers.create_database(name)
    await asyncio.to_thread(upgrade, servers.postgres_dsn(database))
    people = await fill(servers.postgres_dsn(database), _SIZE)
    settings = settings_for(servers, database, data_dir=folder)
    async with open_graph(settings) as graph:
        yield FilledGraph(graph, load_signing_key(settings), people)
    await servers.drop_database(database)
