"""Opening domains, and serving one of them alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from clipgraph.domains import load_factory
from kit.config import Settings
from kit.graphql.http import create_subgraph_app
from kit.graphql.subgraph import Subgraph
from kit.opening import close_resources, open_resources
from kit.resources import Resources
from kit.service import Check, keep_what_is_loaded, serve_asgi


@dataclass(frozen=True, slots=True)
class OpenSubgraph:
    """A domain with what it runs on."""

    subgraph: Subgraph
    resources: Resources

    @property
    def checks(self) -> dict[str, Check]:
        """What it can't answer without."""
        return {
            f"database of {self.subgraph.name}": self.resources.database.ping,
            "cache": self.resources.cache.ping,
        }


@asynccontextmanager
async def open_subgraphs(settings: Settings, domains: Sequence[str]) -> AsyncIterator[list[OpenSubgraph]]:
    """Domains in this process, closed when the block ends."""
    async with AsyncExitStack() as stack:
        opened = []
        for domain in domains:
            resources = await open_resources(settings, domain)
            stack.push_async_callback(close_resources, resources)
            subgraph = load_factory(domain)(resources)
            if not settings.compiled_execution:
                subgraph.executor.interpret()
            opened.append(OpenSubgraph(subgraph, resources))
        yield opened


async def serve_subgraph(settings: Settings, domain: str, *, port: int, stop: asyncio.Event) -> None:
    """One domain behind HTTP, for a router elsewhere."""
    async with open_subgraphs(settings, [domain]) as [opened]:
        documents = {}
        if domain == "auth":
            from subgraphs.auth.tokens import load_signing_key

            documents["/.well-known/jwks.json"] = load_signing_key(settings).jwks()
        app = create_subgraph_app(
            opened.subgraph.executor,
            checks=opened.checks,
            documents=documents,
            max_at_once=settings.subgraph_requests_max,
        )
        keep_what_is_loaded()
        await serve_asgi(app, host=settings.host, port=port, stop=stop)
