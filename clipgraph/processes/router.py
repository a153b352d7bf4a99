"""The router, with every subgraph that supergraph.yaml puts into its process."""

from __future__ import annotations

import asyncio

from clipgraph.processes.graph import open_graph
from kit.config import Settings
from kit.service import keep_what_is_loaded, serve_asgi
from router.app import create_app
from router.pipeline.handle import Pipeline


async def serve_router(settings: Settings, *, stop: asyncio.Event) -> None:
    """GraphQL, GraphiQL, health, metrics and the public keys on ``settings.router_port``."""
    async with open_graph(settings) as graph:
        app = create_app(
            Pipeline(graph.engine, graph.authenticator),
            checks=graph.checks,
            realtime_url=settings.realtime_url,
            documents={"/.well-known/jwks.json": graph.jwks} if graph.jwks else {},
        )
        keep_what_is_loaded()
        await serve_asgi(app, host=settings.host, port=settings.router_port, stop=stop)
