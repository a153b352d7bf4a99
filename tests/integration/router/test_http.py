"""The router over HTTP, in front of subgraphs of another make behind HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import strawberry
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from strawberry.fastapi import GraphQLRouter

from router.app import create_app
from router.core.composition import SubgraphSource, compose
from router.core.supergraph import load_supergraph
from router.engine import Engine, EngineFigures
from router.pipeline.handle import Pipeline
from router.transports import HttpTransport
from tests.support.ports import served


@strawberry.federation.type(keys=["id"], name="Book")
class CatalogBook:
    id: strawberry.ID
    title: str

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> CatalogBook:
        return cls(id=id, title=f"Book {id}")


@strawberry.type
class CatalogQuery:
    @strawberry.field
    def books(self, first: int = 2) -> list[CatalogBook]:
        return [CatalogBook.resolve_reference(strawberry.ID(str(number))) for number in range(first)]


@strawberry.type
class CatalogMutation:
    @strawberry.mutation
    def rename(self, id: strawberry.ID, title: str) -> CatalogBook:
        return CatalogBook(id=id, title=title)


@strawberry.federation.type(keys=["id"], name="Book")
class StockBook:
    id: strawberry.ID

    @strawberry.field
    def in_stock(self) -> int | None:
        return int(self.id) + 1


@strawberry.type
class StockQuery:
    @strawberry.field
    def stock(self) -> int:
        return 1


def _app(schema: Any) -> FastAPI:
    app = FastAPI()
    app.include_router(GraphQLRouter(schema), prefix="/graphql")
    return app


CATALOG = strawberry.federation.Schema(query=CatalogQuery, mutation=CatalogMutation, federation_version="2.9")
STOCK = strawberry.federation.Schema(query=StockQuery, types=[StockBook], federation_version="2.9")
JSON = {"content-type": "application/json"}


@pytest.fixture
async def catalog() -> AsyncIterator[str]:
    async with served(_app(CATALOG)) as url:
        yield url


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class _Router:
    """A router over catalog and stock; ``url`` is its GraphQL endpoint."""

    def __init__(self, catalog: str, stock: str, figures: EngineFigures | None = None) -> None:
        urls = {"catalog": f"{catalog}/graphql", "stock": f"{stock}/graphql"}
        sources = [
            SubgraphSource("catalog", urls["catalog"], CATALOG.as_str()),
            SubgraphSource("stock", urls["stock"], STOCK.as_str()),
        ]
        self.transports = {name: HttpTransport(name, url) for name, url in urls.items()}
        supergraph = load_supergraph(compose(sources).supergraph_sdl)
        self.app = create_app(Pipeline(Engine(supergraph, self.transports, figures)))

    async def close(self) -> None:
        for transport in self.transports.values():
            await transport.close()


@pytest.fixture
async def url(catalog: str) -> AsyncIterator[str]:
    async with served(_app(STOCK)) as stock:
        router = _Router(catalog, stock)
        async with served(router.app) as base:
            yield f"{base}/graphql"
        await router.close()


async def _post(client: aiohttp.ClientSession, url: str, body: Any, **headers: str) -> tuple[int, Any]:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    async with client.post(url, data=data, headers={**JSON, **headers}) as response:
        return response.status, await response.json(content_type=None)


async def test_a_query_is_answered_from_both_subgraphs(client: aiohttp.ClientSession, url: str) -> None:
    body = {"query": "query B($n: Int!) { books(first: $n) { title inStock } }", "variables": {"n": 2}}
    assert await _post(client, url, body) == (
        200,
        {"data": {"books": [{"title": "Book 0", "inStock": 1}, {"title": "Book 1", "inStock": 2}]}},
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "BAD_REQUEST"),
        ("[]", 400, "BATCHING_NOT_ENABLED"),
        ({}, 400, "BAD_REQUEST"),
        ({"query": 1}, 400, "BAD_REQUEST"),
        ({"query": "{ stock }", "variables": []}, 400, "BAD_REQUEST"),
        ({"query": "{ stock }", "variables": "x"}, 400, "BAD_REQUEST"),
        ({"query": "{ nothing }"}, 400, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query($n: Int!) { books(first: $n) { id } }"}, 400, "BAD_USER_INPUT"),
        ("x" * (2_000_000 + 1), 413, "REQUEST_TOO_LARGE"),
    ],
)
async def test_a_bad_request_has_a_status_and_a_code(
    client: aiohttp.ClientSession, url: str, body: Any, status: int, code: str | None
) -> None:
    got, answer = await _post(client, url, body, accept="application/graphql-response+json")
    assert got == status
    assert [error["extensions"]["code"] for error in answer.get("errors", [])] == ([code] if code else [])


async def test_browsers_cannot_be_made_to_write(client: aiohttp.ClientSession, url: str) -> None:
    mutation = 'mutation { rename(id: "1", title: "x") { id } }'
    async with client.get(url, params={"query": mutation}) as response:
        assert response.status == 405
    async with client.post(
        url, data=json.dumps({"query": mutation}), headers={"content-type": "text/plain"}
    ) as response:
        assert response.status == 400
        assert "CSRF" in await response.text()


async def test_queries_may_come_by_get(client: aiohttp.ClientSession, url: str) -> None:
    async with client.get(
        url, params={"query": "query($n: Int) { books(first: $n) { id } }", "variables": '{"n":1}'}
    ) as response:
        assert await response.json(content_type=None) == {"data": {"books": [{"id": "0"}]}}


async def test_a_browser_that_navigates_gets_a_page(client: aiohttp.ClientSession, url: str) -> None:
    async with client.get(url, headers={"accept": "text/html,application/xhtml+xml"}) as response:
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "<html" in (await response.text()).lower()


async def test_a_subgraph_that_is_gone_costs_its_fields(client: aiohttp.ClientSession, catalog: str) -> None:
    router = _Router(catalog, "http://127.0.0.1:9")
    async with served(router.app) as base:
        status, answer = await _post(
            client, f"{base}/graphql", {"query": "{ books(first: 1) { title inStock } }"}
        )
    await router.close()
    assert status == 200
    assert answer["data"] == {"books": [{"title": "Book 0", "inStock": None}]}
    assert [error["extensions"] for error in answer["errors"]] == [
        {"code": "SUBGRAPH_UNAVAILABLE", "service": "stock"}
    ]


async def test_a_subgraph_that_answers_html_counts_as_gone(
    client: aiohttp.ClientSession, catalog: str
) -> None:
    proxy = FastAPI()
    proxy.add_api_route("/graphql", lambda: HTMLResponse("<h1>Bad gateway</h1>", 502), methods=["POST"])
    async with served(proxy) as stock:
        router = _Router(catalog, stock)
        async with served(router.app) as base:
            _, answer = await _post(client, f"{base}/graphql", {"query": "{ books(first: 1) { inStock } }"})
        await router.close()
    assert answer["data"] == {"books": [{"inStock": None}]}
    assert "Bad gateway" not in json.dumps(answer)


async def test_the_router_tells_that_it_lives(client: aiohttp.ClientSession, url: str) -> None:
    base = url.removesuffix("/graphql")
    for path in ("/health/live", "/health/ready", "/metrics"):
        async with client.get(base + path) as response:
            assert response.status == 200
