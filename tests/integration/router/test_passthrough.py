"""Subscriptions of a subgraph of another make, through the router to clients of SSE and multipart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import aiohttp
import pytest
import strawberry
import uvicorn
from fastapi import FastAPI
from strawberry.fastapi import GraphQLRouter

from devstack.ports import find_free_port
from router.app import create_app
from router.assemble import open_http_transports
from router.configuration import RouterConfiguration
from router.core.composition import SubgraphSource, compose
from router.core.supergraph import load_supergraph
from router.engine import Engine
from router.passthrough import PassthroughSubscriptions
from router.pipeline.handle import Pipeline
from tests.support.ports import served


@strawberry.federation.type(keys=["id"], name="Book")
class Book:
    id: strawberry.ID
    title: str


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "hi"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def printed(self, count: int) -> AsyncGenerator[Book, None]:
        for number in range(count):
            yield Book(id=strawberry.ID(str(number)), title=f"Book {number}")
        if count == 2:
            raise ValueError("out of paper")


@strawberry.federation.type(keys=["id"], name="Book")
class Stocked:
    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Stocked:
        return cls(id=id)

    @strawberry.field
    def stock(self) -> int:
        return int(self.id) * 10


@strawberry.type
class StockQuery:
    @strawberry.field
    def total(self) -> int:
        return 1


PRINTS = strawberry.federation.Schema(
    query=Query, subscription=Subscription, types=[Book], federation_version="2.9"
)
STOCK = strawberry.federation.Schema(query=StockQuery, types=[Stocked], federation_version="2.9")
DOCUMENT = "subscription P($n: Int!) { printed(count: $n) { title stock } }"


def _app(schema: Any) -> FastAPI:
    app = FastAPI()
    app.include_router(GraphQLRouter(schema), prefix="/graphql")
    return app


@pytest.fixture
async def url() -> AsyncIterator[str]:
    port = find_free_port()
    server = uvicorn.Server(uvicorn.Config(_app(PRINTS), port=port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    async with served(_app(STOCK)) as stock:
        while not server.started:
            await asyncio.sleep(0.01)
        sources = [
            SubgraphSource("prints", f"http://127.0.0.1:{port}/graphql", PRINTS.as_str()),
            SubgraphSource("stock", f"{stock}/graphql", STOCK.as_str()),
        ]
        configuration = RouterConfiguration()
        supergraph = load_supergraph(compose(sources).supergraph_sdl)
        transports = open_http_transports(supergraph, configuration)
        pipeline = Pipeline(Engine(supergraph, transports))
        pipeline.delivery.subscriptions = PassthroughSubscriptions(
            lambda: pipeline.engine, configuration.subscription.mode.passthrough
        )
        async with served(create_app(pipeline)) as base:
            yield f"{base}/graphql"
        for transport in transports.values():
            await transport.close()
    server.should_exit = True
    await serving


async def _answer(url: str, accept: str, count: int) -> str:
    headers = {"accept": accept, "content-type": "application/json"}
    body = json.dumps({"query": DOCUMENT, "variables": {"n": count}})
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
        return (await response.read()).decode()


async def test_events_are_completed_from_other_subgraphs(url: str) -> None:
    text = await _answer(url, "text/event-stream", 3)
    events = [
        json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: {")
    ]
    assert events == [
        {"data": {"printed": {"title": f"Book {number}", "stock": number * 10}}} for number in range(3)
    ]
    assert text.endswith("event: complete\ndata:\n\n")


async def test_multipart_carries_them_too(url: str) -> None:
    text = await _answer(url, "multipart/mixed;subscriptionSpec=1.0, application/json", 1)
    assert text.startswith("\r\n--graphql\r\n")
    assert '{"payload":{"data":{"printed":{"title":"Book 0","stock":0}}}}' in text
    assert text.endswith("\r\n--graphql--\r\n")


async def test_what_goes_wrong_in_the_subgraph_is_told(url: str) -> None:
    text = await _answer(url, "text/event-stream", 2)
    assert "out of paper" in text


async def test_a_client_of_neither_is_told_how_to_ask(url: str) -> None:
    answer = json.loads(await _answer(url, "application/json", 1))
    assert answer["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_NOT_SUPPORTED"
