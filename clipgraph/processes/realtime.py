"""The WebSocket endpoint, over the same graph as the router."""

from __future__ import annotations

import asyncio

from clipgraph.processes.graph import open_graph
from kit.config import Settings
from kit.pubsub import PubSub
from kit.service import keep_what_is_loaded
from realtime.gate import Gate
from realtime.server import RealtimeServer
from realtime.sources import ValkeySource
from router.pipeline.authorize import Authorizer


async def serve_realtime(settings: Settings, *, stop: asyncio.Event) -> None:
    """On ``settings.realtime_port``."""
    async with open_graph(settings) as graph:
        pubsub = PubSub.from_settings(settings)
        try:
            server = RealtimeServer(
                graph.engine,
                ValkeySource(pubsub),
                Gate(graph.authenticator),
                checks=graph.checks,
                authorizer=Authorizer(graph.configuration.authorization),
            )
            keep_what_is_loaded()
            await server.run(settings.host, settings.realtime_port, stop=stop)
        finally:
            await pubsub.close()
