"""The whole graph as router and realtime need it: an engine over subgraphs in process or elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from clipgraph.processes.subgraphs import open_subgraphs
from kit.cache import Cache
from kit.config import Settings
from kit.service import Check
from router.assemble import engine_figures, shape
from router.config import SupergraphConfig, load_supergraph_config
from router.configuration import RouterConfiguration, load_configuration
from router.core.composition import compose
from router.core.supergraph import load_supergraph
from router.engine import Engine
from router.pipeline.admit import Admission
from router.pipeline.authenticate import Authenticator
from router.pipeline.keys import KeySource, RemoteKeys, StaticKeys
from router.pipeline.persisted import MemoryStore, SharedStore
from router.shared import SharedBuckets, SharedDocuments
from router.transports import HttpTransport, LocalTransport, Transport

_DOCUMENTS_KEPT_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Graph:
    """``jwks`` is None where the keys are somebody else's to publish."""

    engine: Engine
    authenticator: Authenticator
    configuration: RouterConfiguration
    admission: Admission
    checks: Mapping[str, Check]
    jwks: Mapping[str, Any] | None


@asynccontextmanager
async def open_graph(settings: Settings) -> AsyncIterator[Graph]:
    """Reads supergraph.yaml, composes it, opens every ``local://`` subgraph and the way to the others."""
    configuration = load_configuration(settings.router_config)
    config = load_supergraph_config(settings.supergraph_config, settings.subgraph_url_override)
    supergraph = load_supergraph(compose(await config.load_sources()).supergraph_sdl)
    async with AsyncExitStack() as stack:
        checks: dict[str, Check] = {}
        transports = await _open_transports(settings, config, configuration, stack, checks)
        keys, jwks = _keys(settings)
        authenticator = Authenticator(
            keys,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            viewer_secret=settings.viewer_secret.get_secret_value(),
        )
        engine = Engine(supergraph, transports, engine_figures(configuration))
        admission = _open_admission(settings, configuration, stack)
        yield Graph(engine, authenticator, configuration, admission, checks, jwks)


def _open_admission(
    settings: Settings, configuration: RouterConfiguration, stack: AsyncExitStack
) -> Admission:
    """With limits and documents that all processes share in Valkey."""
    cache = Cache.from_settings(settings)
    stack.push_async_callback(cache.close)
    documents = SharedStore(
        MemoryStore(configuration.apq.router.cache.in_memory.limit),
        SharedDocuments(cache, "clipgraph", _DOCUMENTS_KEPT_S),
    )
    return Admission(configuration, buckets=SharedBuckets(cache), documents=documents)


async def _open_transports(
    settings: Settings,
    config: SupergraphConfig,
    configuration: RouterConfiguration,
    stack: AsyncExitStack,
    checks: dict[str, Check],
) -> dict[str, Transport]:
    transports: dict[str, Transport] = {}
    local = {entry.local_name: entry.name for entry in config.subgraphs if entry.local_name}
    for opened in await stack.enter_async_context(open_subgraphs(settings, list(local))):
        name = local[opened.subgraph.name]
        transports[name] = LocalTransport(name, opened.subgraph.executor)
        checks.update(opened.checks)
    for entry in config.subgraphs:
        if entry.local_name is None:
            transport = shape(entry.name, HttpTransport(entry.name, entry.routing_url), configuration)
            stack.push_async_callback(transport.close)
            transports[entry.name] = transport
    return transports


def _keys(settings: Settings) -> tuple[KeySource, Mapping[str, Any] | None]:
    """Keys behind a URL where the settings name one, else those of the auth domain on this machine."""
    if settings.jwks_url is not None:
        return RemoteKeys(settings.jwks_url), None
    from subgraphs.auth.tokens import load_signing_key

    jwks = load_signing_key(settings).jwks()
    return StaticKeys(jwks), jwks
