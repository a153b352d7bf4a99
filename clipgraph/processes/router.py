"""The router, with every subgraph that supergraph.yaml puts into its process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from clipgraph.processes.graph import Graph, open_graph
from kit.config import Settings
from kit.pubsub import PubSub
from kit.service import keep_what_is_loaded, serve_asgi
from realtime.gate import Gate
from realtime.sources import ValkeySource
from realtime.streams import Streams
from router.app import create_app
from router.pipeline.handle import Pipeline
from router.pipeline.redact import Redactor


async def serve_router(settings: Settings, *, stop: asyncio.Event) -> None:
    """GraphQL, GraphiQL, health, metrics and the public keys on ``settings.router_port``."""
    async with open_graph(settings) as graph, _open_pipeline(settings, graph) as pipeline:
        app = create_app(
            pipeline,
            checks=graph.checks,
            realtime_url=settings.realtime_url,
            rest_map=settings.rest_config,
            documents={"/.well-known/jwks.json": graph.jwks} if graph.jwks else {},
        )
        keep_what_is_loaded()
        await serve_asgi(
            app,
            host=settings.host,
            port=settings.router_port,
            stop=stop,
            on_stop=app.end_streams,
            drain_s=float(graph.configuration.supergraph.connection_shutdown_timeout),
        )


@asynccontextmanager
async def _open_pipeline(settings: Settings, graph: Graph) -> AsyncIterator[Pipeline]:
    """With events for those that subscribe over HTTP."""
    configuration = graph.configuration
    pubsub = PubSub.from_settings(settings)
    streams = Streams(
        graph.engine,
        ValkeySource(pubsub),
        Gate(graph.authenticator),
        capacity=configuration.subscription.queue_capacity,
        redactor=Redactor(configuration.include_subgraph_errors),
    )
    listening = asyncio.create_task(streams.run())
    try:
        yield Pipeline(
            graph.engine,
            graph.authenticator,
            configuration,
            admission=graph.admission,
            subscriptions=streams,
        )
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await pubsub.close()
