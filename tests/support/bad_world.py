"""A router process in front of three subgraphs: one that behaves, one that a test makes misbehave, one that is gone."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.router_process import RouterProcess, router_process
from tests.support.wire import Behaviour, Wire, answers, wired

_FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
SCHEMAS = {
    "catalog": """
      type Query { books: [Book!]! }
      type Book @key(fields: "id") { id: ID! title: String! }
    """,
    "stock": """
      type Query { shelves: [Shelf] thing: Thing }
      type Shelf { name: String rows: [[Int]] }
      interface Thing { name: String }
      type Cup implements Thing { name: String size: Int }
      type Pot implements Thing { name: String }
      type Book @key(fields: "id") { id: ID! inStock: Int shelf: Shelf }
    """,
    "gone": """
      type Query { reviews: [String!] }
      type Book @key(fields: "id") { id: ID! rating: Int }
    """,
}
BOOKS = {"data": {"books": [{"id": "1", "title": "One"}, {"id": "2", "title": "Two"}]}}
ENTITIES = {"data": {"_entities": [{"inStock": 1}, {"inStock": 2}]}}
SHELVES = {"data": {"shelves": [{"name": "A"}]}}

ROOT = "{ books { title } shelves { name } }"
ENTITY = "{ books { title inStock } }"
TITLES = [{"title": "One"}, {"title": "Two"}]
NOT_IN_STOCK = [{**book, "inStock": None} for book in TITLES]
UNAVAILABLE = "SUBGRAPH_UNAVAILABLE"
MALFORMED = "SUBGRAPH_MALFORMED_RESPONSE"


@dataclass(frozen=True, slots=True)
class World:
    router: RouterProcess
    catalog: Wire
    stock: Wire
    client: aiohttp.ClientSession
    urls: tuple[str, ...]

    async def ask(self, query: str) -> Any:
        """The answer, after what holds for every answer."""
        async with self.client.post(f"{self.router.url}/graphql", json={"query": query}) as response:
            text = await response.text()
            assert response.status == 200, text
        assert not any(url in text for url in self.urls)
        return json.loads(text)

    async def ask_when(self, behaviour: Behaviour, query: str) -> Any:
        """The answer while the subgraph misbehaves; afterwards the router asks it as if nothing had happened."""
        self.stock.behaviour = behaviour
        try:
            answer = await self.ask(query)
        finally:
            self.stock.behaviour = behaves
        assert await self.ask(ENTITY) == {
            "data": {"books": [{"title": "One", "inStock": 1}, {"title": "Two", "inStock": 2}]}
        }
        return answer


async def behaves(writer: asyncio.StreamWriter, request: Mapping[str, Any]) -> None:
    answer = ENTITIES if "_entities" in request["query"] else SHELVES
    await answers(answer)(writer, request)


@asynccontextmanager
async def bad_world(folder: Path) -> AsyncIterator[World]:
    """``folder`` takes the schemas. Nobody listens where ``gone`` should be."""
    async with wired(answers(BOOKS)) as catalog, wired(behaves) as stock:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            gone = f"http://127.0.0.1:{unused.getsockname()[1]}/graphql"
            urls = {"catalog": catalog.url, "stock": stock.url, "gone": gone}
            config = _write_config(folder, urls)
            async with (
                router_process("--config", str(config), "--subgraph-timeout", "1") as router,
                aiohttp.ClientSession() as client,
            ):
                places = tuple(url.removeprefix("http://").removesuffix("/graphql") for url in urls.values())
                yield World(router, catalog, stock, client, places)


def _write_config(folder: Path, urls: Mapping[str, str]) -> Path:
    lines = ["subgraphs:"]
    for name, sdl in SCHEMAS.items():
        (folder / f"{name}.graphql").write_text(_FEDERATION + sdl)
        lines.append(f"  {name}: {{routing_url: '{urls[name]}', schema: {{file: {name}.graphql}}}}")
    config = folder / "supergraph.yaml"
    config.write_text("\n".join(lines))
    return config
