"""The WebSocket endpoint, over the same graph as the router."""

from __future__ import annotations

import asyncio

from clipgraph.processes.graph import open_graph
from kit.config import Settings
from kit.proxies import TrustedProxies
from kit.pubsub import PubSub
from kit.service import keep_what_is_loaded
from realtime.gate import Gate
from realtime.server import RealtimeServer
from realtime.sources import ValkeySource
from router.pipeline.redact import Redactor


async def serve_realtime(settings: Settings, *, stop: asyncio.Event) -> None:
    """On ``settings.realtime_port``."""
    async with open_graph(settings) as graph:
        pubsub = PubSub.from_settings(settings)
        try:
            server = RealtimeServer(
                graph.engine,
                ValkeySource(pubsub),
                Gate(graph.authenticator, TrustedProxies.from_environment()),
                checks=graph.checks,
                admission=graph.admission,
                redactor=Redactor(graph.configuration.include_subgraph_errors),
            )
            keep_what_is_loaded()
            await server.run(settings.host, settings.realtime_port, stop=stop)
        finally:
            await pubsub.close()
