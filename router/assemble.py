"""From ``router.yaml`` to the parts of a router."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from router.config import LOCAL_SCHEME, ConfigError
from router.configuration import ConfigurationError, RouterConfiguration
from router.configuration.model import ResponseCache, SubgraphCache, SubgraphTraffic
from router.core.operation import OperationLimits
from router.core.supergraph import Supergraph
from router.figures import EngineFigures
from router.pipeline.identify import Anyone, Identifier
from router.pipeline.persisted import DocumentStore, MemoryStore, SharedStore
from router.transports import HttpFigures, HttpTransport, Transport
from router.transports.cached import CachingTransport
from router.transports.response_store import MemoryResponses, ResponseStore
from router.transports.shaped import ShapedTransport, TrafficFigures

_DEFAULT_TIMEOUT_S = 10.0


def engine_figures(configuration: RouterConfiguration) -> EngineFigures:
    limits = configuration.limits
    planning = configuration.supergraph.query_planning
    timeout_s = float(configuration.traffic_shaping.router.timeout)
    slowest = max(_timeout(configuration, name) for name in ("", *configuration.traffic_shaping.subgraphs))
    return EngineFigures(
        operations_kept=planning.cache.in_memory.limit,
        fetch_timeout_s=slowest,
        # A little less than the request has, so that what came in time is still shown.
        operation_timeout_s=max(timeout_s * 0.95, timeout_s - 1.0),
        planning_steps_max=planning.experimental_plans_limit,
        limits=OperationLimits(
            max_size=int(limits.max_document_size),
            max_tokens=limits.parser_max_tokens,
            max_recursion=limits.parser_max_recursion,
            max_depth=limits.max_depth,
            max_height=limits.max_height,
            max_aliases=limits.max_aliases,
            max_root_fields=limits.max_root_fields,
            max_directives=limits.max_directives,
            max_list_size=limits.max_list_size,
            introspection_max_depth=limits.introspection_max_depth,
            warn_only=limits.warn_only,
        ),
        override_labels=frozenset(configuration.override_labels),
        denials_in=configuration.authorization.directives.errors.response,
    )


def make_identifier(configuration: RouterConfiguration) -> Identifier:
    """By JWT where the configuration says so."""
    jwt = configuration.authentication.router.jwt
    if jwt is None:
        return Anyone()
    from router.pipeline.authenticate_jwt import JwtIdentifier  # brings cryptography

    return JwtIdentifier(jwt)


@dataclass(frozen=True, slots=True)
class Shared:
    """What outlives a supergraph: where documents and responses are kept. None where it is switched off."""

    documents: DocumentStore | None = None
    responses: ResponseStore | None = None
    closing: tuple[Callable[[], Awaitable[None]], ...] = ()

    async def close(self) -> None:
        """Gives connections back."""
        if self.responses is not None:
            await self.responses.close()
        for close in self.closing:
            await close()


def open_shared(configuration: RouterConfiguration) -> Shared:
    """In Valkey where the configuration names one, else in this process."""
    responses: ResponseStore | None = None
    kept, cached = configuration.apq.router.cache, configuration.response_cache
    if cached.enabled:
        responses = MemoryResponses(cached.in_memory.limit)
    if kept.redis is None and cached.redis is None:
        return Shared(responses=responses)
    from kit.cache import Cache, make_client  # brings pydantic
    from router.shared import SharedDocuments, SharedResponses

    if cached.enabled and cached.redis is not None:
        client = make_client(cached.redis.urls[0], decode=False)
        responses = SharedResponses(client, cached.redis.namespace, cached.redis.ttl)
    if kept.redis is None:
        return Shared(responses=responses)
    cache = Cache(make_client(kept.redis.urls[0]))
    far = SharedDocuments(cache, kept.redis.namespace, kept.redis.ttl)
    return Shared(SharedStore(MemoryStore(kept.in_memory.limit), far), responses, (cache.close,))


def open_http_transports(
    supergraph: Supergraph, configuration: RouterConfiguration, responses: ResponseStore | None = None
) -> dict[str, Transport]:
    """One for each subgraph. Raises ConfigError for a subgraph that no request can reach."""
    _check_names(supergraph, configuration)
    transports: dict[str, Transport] = {}
    for name, subgraph in supergraph.subgraphs.items():
        url = configuration.override_subgraph_url.get(name, subgraph.url)
        if url.startswith(LOCAL_SCHEME):
            raise ConfigError(
                f"subgraph {name!r} is {url}: only `clipgraph serve router` can run subgraphs in process"
            )
        if not url:
            raise ConfigError(f"the supergraph names no URL for subgraph {name!r}")
        figures = HttpFigures(timeout_s=_timeout(configuration, name))
        shaped = shape(name, HttpTransport(name, url, figures), configuration)
        transports[name] = _cached(name, shaped, configuration.response_cache, responses)
    return transports


def _cached(
    name: str, transport: Transport, configuration: ResponseCache, responses: ResponseStore | None
) -> Transport:
    every, own = configuration.subgraph.all, configuration.subgraph.subgraphs.get(name, SubgraphCache())
    is_enabled = own.enabled if own.enabled is not None else every.enabled is not False
    if responses is None or not is_enabled:
        return transport
    return CachingTransport(name, transport, responses, own.ttl if own.ttl is not None else every.ttl)


def shape(name: str, transport: Transport, configuration: RouterConfiguration) -> Transport:
    """The transport with what ``traffic_shaping`` says of the subgraph."""
    traffic = _traffic(configuration, name)
    retry, breaker, rate = traffic.experimental_retry, traffic.circuit_breaker, traffic.global_rate_limit
    defaults = TrafficFigures()
    figures = TrafficFigures(
        timeout_s=_timeout(configuration, name),
        shares_queries=traffic.deduplicate_query is not False,
        retry_share=retry.retry_percent if retry else None,
        retries_per_s=retry.min_per_sec if retry else defaults.retries_per_s,
        retry_window_s=float(retry.ttl) if retry else defaults.retry_window_s,
        retries_mutations=retry.retry_mutations if retry else False,
        failures_before_open=breaker.failures if breaker else defaults.failures_before_open,
        open_for_s=float(breaker.open_for) if breaker else defaults.open_for_s,
        requests_per_s=rate.capacity / rate.interval if rate else None,
        burst=rate.capacity if rate else 0,
    )
    return ShapedTransport(name, transport, figures)


def _timeout(configuration: RouterConfiguration, name: str) -> float:
    timeout = _traffic(configuration, name).timeout
    return _DEFAULT_TIMEOUT_S if timeout is None else float(timeout)


def _traffic(configuration: RouterConfiguration, name: str) -> SubgraphTraffic:
    """What a subgraph's own section leaves open is that of all."""
    shaping = configuration.traffic_shaping
    own, shared = shaping.subgraphs.get(name, SubgraphTraffic()), shaping.all
    return SubgraphTraffic(
        **{
            key: getattr(shared, key) if getattr(own, key) is None else getattr(own, key)
            for key in SubgraphTraffic.__dataclass_fields__
        }
    )


def _check_names(supergraph: Supergraph, configuration: RouterConfiguration) -> None:
    """A section for a subgraph that isn't there is a slip of the pen. Raises ConfigurationError."""
    sections: Mapping[str, Mapping[str, object]] = {
        "traffic_shaping.subgraphs": configuration.traffic_shaping.subgraphs,
        "headers.subgraphs": configuration.headers.subgraphs,
        "include_subgraph_errors.subgraphs": configuration.include_subgraph_errors.subgraphs,
        "override_subgraph_url": configuration.override_subgraph_url,
        "response_cache.subgraph.subgraphs": configuration.response_cache.subgraph.subgraphs,
    }
    for section, names in sections.items():
        for name in names:
            if name not in supergraph.subgraphs:
                raise ConfigurationError(f"`{section}.{name}`: the supergraph has no such subgraph")
