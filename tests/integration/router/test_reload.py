"""A new supergraph goes live under load; nothing is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import strawberry
from fastapi import FastAPI
from strawberry.fastapi import GraphQLRouter

from router.app import create_app
from router.assemble import engine_figures, open_http_transports
from router.configuration import RouterConfiguration
from router.core.composition import SubgraphSource, compose
from router.core.supergraph import load_supergraph
from router.engine import Engine
from router.pipeline.handle import Pipeline
from router.reload import Reloader
from tests.support.ports import served


def _subgraph(name: str) -> Any:
    @strawberry.type
    class Query:
        @strawberry.field
        async def who(self) -> str:
            await asyncio.sleep(0.02)
            return name

        @strawberry.field
        def only(self) -> int:
            return 1

    return strawberry.federation.Schema(query=Query, federation_version="2.9")


def _app(schema: Any) -> FastAPI:
    app = FastAPI()
    app.include_router(GraphQLRouter(schema), prefix="/graphql")
    return app


async def test_requests_go_on_while_the_supergraph_changes() -> None:
    schemas = [_subgraph("old"), _subgraph("new")]
    async with served(_app(schemas[0])) as old, served(_app(schemas[1])) as new:
        sdls = [
            compose([SubgraphSource("s", f"{url}/graphql", schema.as_str())]).supergraph_sdl
            for url, schema in zip((old, new), schemas, strict=True)
        ]
        configuration = RouterConfiguration()
        supergraph = load_supergraph(sdls[0])
        transports = open_http_transports(supergraph, configuration)
        pipeline = Pipeline(Engine(supergraph, transports, engine_figures(configuration)))
        current = [sdls[0]]
        reloader = Reloader(pipeline, transports, lambda: current[0])
        watching = asyncio.create_task(reloader.watch(every_s=0.01))
        async with served(create_app(pipeline)) as base, aiohttp.ClientSession() as session:
            seen: list[str] = []
            async with asyncio.timeout(20):
                while "new" not in seen[-5:]:
                    seen += await asyncio.gather(*(_who(session, base) for _ in range(5)))
                    if len(seen) == 10:
                        current[0] = "this is no supergraph"
                    if len(seen) == 30:
                        current[0] = sdls[1]
        watching.cancel()
        await reloader.close()
    assert set(seen) == {"old", "new"}
    assert seen == sorted(seen, key=["old", "new"].index)
    assert pipeline.engine._preparer.recent(5) == [("{ who }", None)]


async def _who(session: aiohttp.ClientSession, base: str) -> str:
    async with session.post(f"{base}/graphql", json={"query": "{ who }"}) as response:
        answer = await response.json(content_type=None)
        return str(answer["data"]["who"])
