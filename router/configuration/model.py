"""Every key of ``router.yaml`` with its default. Names and nesting are Apollo Router's; ours alone are marked so.

Plain dataclasses: pydantic checks a file against them, and a router without a file does without pydantic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from router.configuration.values import ByteSize, Duration


class Section:
    """Keys that a section doesn't have are refused."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "arbitrary_types_allowed": True}


# supergraph, pages, health


@dataclass(frozen=True)
class InMemoryCache(Section):
    limit: int = 1024


@dataclass(frozen=True)
class PlanCache(Section):
    in_memory: InMemoryCache = field(default_factory=InMemoryCache)


@dataclass(frozen=True)
class QueryPlanning(Section):
    """``warmed_up_queries``: of the operations in use, how many are planned before a new supergraph goes live."""

    cache: PlanCache = field(default_factory=PlanCache)
    warmed_up_queries: int = 100
    experimental_plans_limit: int = 200_000
    """Steps that planning of one operation may take."""


@dataclass(frozen=True)
class Supergraph(Section):
    listen: str = "127.0.0.1:4000"
    path: str = "/graphql"
    introspection: bool = True
    defer_support: bool = True
    query_planning: QueryPlanning = field(default_factory=QueryPlanning)
    connection_shutdown_timeout: Duration = Duration(10)


@dataclass(frozen=True)
class Switch(Section):
    enabled: bool = True


@dataclass(frozen=True)
class HealthCheck(Section):
    enabled: bool = True
    path: str = "/health"


# Who may ask from where


@dataclass(frozen=True)
class CorsPolicy(Section):
    """For pages of these origins. ``match_origins`` are regular expressions that match an origin as a whole."""

    origins: tuple[str, ...] = ()
    match_origins: tuple[str, ...] = ()
    allow_credentials: bool | None = None
    allow_headers: tuple[str, ...] | None = None
    expose_headers: tuple[str, ...] | None = None
    methods: tuple[str, ...] | None = None
    max_age: Duration | None = None


@dataclass(frozen=True)
class Cors(Section):
    """Figures of a policy stand in for those here. ``allow_headers`` empty: whatever the browser asks for."""

    allow_any_origin: bool = False
    allow_credentials: bool = False
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("GET", "POST", "OPTIONS")
    max_age: Duration = Duration(0)
    origins: tuple[str, ...] = ()
    match_origins: tuple[str, ...] = ()
    policies: tuple[CorsPolicy, ...] = ()


@dataclass(frozen=True)
class Csrf(Section):
    unsafe_disabled: bool = False
    required_headers: tuple[str, ...] = ("x-apollo-operation-name", "apollo-require-preflight")


@dataclass(frozen=True)
class Limits(Section):
    """None is no limit. ``max_directives``, ``max_list_size`` and ``max_document_size`` are ours."""

    max_depth: int | None = 100
    max_height: int | None = 1000
    max_aliases: int | None = 300
    max_root_fields: int | None = 100
    max_directives: int | None = 300
    max_list_size: int | None = 1000
    warn_only: bool = False
    max_document_size: ByteSize = ByteSize(128 * 1024)
    parser_max_recursion: int = 200
    parser_max_tokens: int = 15_000
    introspection_max_depth: bool = True
    http_max_request_bytes: ByteSize = ByteSize(2_000_000)


@dataclass(frozen=True)
class Batching(Section):
    enabled: bool = False
    mode: Literal["batch_http_link"] = "batch_http_link"
    maximum_size: int = 10


# Documents that are known by their hash


@dataclass(frozen=True)
class RedisCache(Section):
    urls: tuple[str, ...]
    namespace: str = "clipgraph"
    ttl: Duration | None = None


@dataclass(frozen=True)
class ApqCache(Section):
    in_memory: InMemoryCache = field(default_factory=InMemoryCache)
    redis: RedisCache | None = None


@dataclass(frozen=True)
class ApqRouter(Section):
    cache: ApqCache = field(default_factory=ApqCache)


@dataclass(frozen=True)
class Apq(Section):
    enabled: bool = True
    router: ApqRouter = field(default_factory=ApqRouter)


@dataclass(frozen=True)
class Safelist(Section):
    enabled: bool = False
    require_id: bool = False


@dataclass(frozen=True)
class PersistedQueries(Section):
    """``local_manifests``: files of Apollo's manifest format or Relay's (an object from id to text)."""

    enabled: bool = False
    local_manifests: tuple[Path, ...] = ()
    safelist: Safelist = field(default_factory=Safelist)
    log_unknown: bool = False


# Headers to subgraphs


@dataclass(frozen=True)
class Propagate(Section):
    """By name or by a regular expression; ``default`` when the client sent none, ``rename`` on its way out."""

    named: str | None = None
    matching: str | None = None
    rename: str | None = None
    default: str | None = None


@dataclass(frozen=True)
class Insert(Section):
    """A fixed ``value``, or a claim of the token (``from_claim`` is ours)."""

    name: str
    value: str | None = None
    from_claim: str | None = None


@dataclass(frozen=True)
class Remove(Section):
    named: str | None = None
    matching: str | None = None


@dataclass(frozen=True)
class HeaderRule(Section):
    """One of the three."""

    propagate: Propagate | None = None
    insert: Insert | None = None
    remove: Remove | None = None


@dataclass(frozen=True)
class HeaderRules(Section):
    request: tuple[HeaderRule, ...] = ()


@dataclass(frozen=True)
class Headers(Section):
    all: HeaderRules = field(default_factory=HeaderRules)
    subgraphs: dict[str, HeaderRules] = field(default_factory=dict)


# Traffic


@dataclass(frozen=True)
class RateLimit(Section):
    """``capacity`` tokens that refill evenly over ``interval``."""

    capacity: int
    interval: Duration


@dataclass(frozen=True)
class ClientRateLimits(Section):
    """Ours: token buckets in Valkey, for each address (``anonymous``) and each token's subject (``authenticated``)."""

    anonymous: RateLimit | None = None
    authenticated: RateLimit | None = None


@dataclass(frozen=True)
class RouterTraffic(Section):
    timeout: Duration = Duration(15)
    global_rate_limit: RateLimit | None = None
    concurrency_limit: int | None = None
    client_rate_limits: ClientRateLimits = field(default_factory=ClientRateLimits)


@dataclass(frozen=True)
class Retry(Section):
    """Queries that failed on the wire are asked again while ``retry_percent`` of the traffic allows it."""

    min_per_sec: int = 10
    ttl: Duration = Duration(10)
    retry_percent: float = 0.2
    retry_mutations: bool = False


@dataclass(frozen=True)
class CircuitBreaker(Section):
    """Ours: after ``failures`` in a row a subgraph is left alone for ``open_for``, then tried by one request."""

    failures: int = 20
    open_for: Duration = Duration(5)


@dataclass(frozen=True)
class SubgraphTraffic(Section):
    timeout: Duration | None = None
    deduplicate_query: bool | None = None
    global_rate_limit: RateLimit | None = None
    experimental_retry: Retry | None = None
    circuit_breaker: CircuitBreaker | None = None


@dataclass(frozen=True)
class TrafficShaping(Section):
    router: RouterTraffic = field(default_factory=RouterTraffic)
    all: SubgraphTraffic = field(default_factory=SubgraphTraffic)
    subgraphs: dict[str, SubgraphTraffic] = field(default_factory=dict)


@dataclass(frozen=True)
class IncludeSubgraphErrors(Section):
    """Whether clients see what subgraphs say of their errors, or only that there was one."""

    all: bool = True
    subgraphs: dict[str, bool] = field(default_factory=dict)


# Who is asking, and what they may


@dataclass(frozen=True)
class JwksHeader(Section):
    name: str
    value: str


@dataclass(frozen=True)
class Jwks(Section):
    url: str
    poll_interval: Duration = Duration(60)
    issuer: str | None = None
    issuers: tuple[str, ...] = ()
    audience: str | None = None
    audiences: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ("RS256", "ES256", "EdDSA")
    headers: tuple[JwksHeader, ...] = ()
    allow_missing_exp: bool = False


@dataclass(frozen=True)
class JwtSource(Section):
    """Another place to look for a token: a header, or a cookie (which needs the CSRF guard)."""

    type: Literal["header", "cookie"]
    name: str
    value_prefix: str = "Bearer"


@dataclass(frozen=True)
class Jwt(Section):
    jwks: tuple[Jwks, ...]
    header_name: str = "authorization"
    header_value_prefix: str = "Bearer"
    ignore_other_prefixes: bool = False
    sources: tuple[JwtSource, ...] = ()
    on_error: Literal["Error", "Continue"] = "Error"


@dataclass(frozen=True)
class RouterAuthentication(Section):
    jwt: Jwt | None = None


@dataclass(frozen=True)
class Authentication(Section):
    router: RouterAuthentication = field(default_factory=RouterAuthentication)


@dataclass(frozen=True)
class AuthorizationErrors(Section):
    log: bool = True
    response: Literal["errors", "extensions", "disabled"] = "errors"


@dataclass(frozen=True)
class AuthorizationDirectives(Section):
    """``policies_claim`` is ours: the claim that lists the policies a token satisfies."""

    enabled: bool = True
    reject_unauthorized: bool = False
    dry_run: bool = False
    errors: AuthorizationErrors = field(default_factory=AuthorizationErrors)
    policies_claim: str = "policies"


@dataclass(frozen=True)
class Authorization(Section):
    require_authentication: bool = False
    directives: AuthorizationDirectives = field(default_factory=AuthorizationDirectives)


@dataclass(frozen=True)
class StaticEstimated(Section):
    """``client_budget`` is ours: cost that a client may spend over time."""

    list_size: int = 10
    max: float = 1000.0
    client_budget: RateLimit | None = None


@dataclass(frozen=True)
class DemandStrategy(Section):
    static_estimated: StaticEstimated = field(default_factory=StaticEstimated)


@dataclass(frozen=True)
class DemandControl(Section):
    enabled: bool = False
    mode: Literal["measure", "enforce"] = "measure"
    strategy: DemandStrategy = field(default_factory=DemandStrategy)


# Answers that are kept, and answers that keep coming


@dataclass(frozen=True)
class SubgraphCache(Section):
    """``ttl`` is for what a subgraph calls ``public`` without an age."""

    enabled: bool | None = None
    ttl: Duration | None = None


@dataclass(frozen=True)
class SubgraphCaches(Section):
    all: SubgraphCache = field(default_factory=SubgraphCache)
    subgraphs: dict[str, SubgraphCache] = field(default_factory=dict)


@dataclass(frozen=True)
class Invalidation(Section):
    """Where events of elsewhere say what is no longer true; off without a key."""

    path: str = "/invalidation"
    shared_key: str | None = None


@dataclass(frozen=True)
class ResponseCache(Section):
    """Responses of HTTP subgraphs by their ``Cache-Control``. ``redis`` shares them between processes."""

    enabled: bool = False
    subgraph: SubgraphCaches = field(default_factory=SubgraphCaches)
    redis: RedisCache | None = None
    in_memory: InMemoryCache = field(default_factory=lambda: InMemoryCache(10_000))
    invalidation: Invalidation = field(default_factory=Invalidation)


@dataclass(frozen=True)
class PassthroughSubgraph(Section):
    """``path`` is where its WebSocket is, None for that of its URL. ``graphql_ws`` is graphql-transport-ws."""

    path: str | None = None
    protocol: Literal["graphql_ws"] = "graphql_ws"


@dataclass(frozen=True)
class Passthrough(Section):
    all: PassthroughSubgraph = field(default_factory=PassthroughSubgraph)
    subgraphs: dict[str, PassthroughSubgraph] = field(default_factory=dict)


@dataclass(frozen=True)
class SubscriptionMode(Section):
    passthrough: Passthrough = field(default_factory=Passthrough)


@dataclass(frozen=True)
class Subscription(Section):
    """``queue_capacity`` is what waits for one slow client before it is cut."""

    enabled: bool = True
    mode: SubscriptionMode = field(default_factory=SubscriptionMode)
    max_opened_subscriptions: int | None = None
    queue_capacity: int = 128


# Telemetry


@dataclass(frozen=True)
class Prometheus(Section):
    enabled: bool = True
    path: str = "/metrics"


@dataclass(frozen=True)
class Metrics(Section):
    prometheus: Prometheus = field(default_factory=Prometheus)


@dataclass(frozen=True)
class Otlp(Section):
    enabled: bool = False
    endpoint: str = "http://127.0.0.1:4318"
    protocol: Literal["http"] = "http"


@dataclass(frozen=True)
class Tracing(Section):
    otlp: Otlp = field(default_factory=Otlp)


@dataclass(frozen=True)
class Stdout(Section):
    format: Literal["json", "text"] = "json"


@dataclass(frozen=True)
class Logging(Section):
    stdout: Stdout = field(default_factory=Stdout)


@dataclass(frozen=True)
class Exporters(Section):
    metrics: Metrics = field(default_factory=Metrics)
    tracing: Tracing = field(default_factory=Tracing)
    logging: Logging = field(default_factory=Logging)


@dataclass(frozen=True)
class Telemetry(Section):
    exporters: Exporters = field(default_factory=Exporters)


@dataclass(frozen=True)
class Development(Section):
    """Ours. ``expose_query_plan``: the plan and the cost in ``extensions`` when a request asks for them by the header
    ``apollo-expose-query-plan: true``.
    """

    expose_query_plan: bool = False


@dataclass(frozen=True)
class RouterConfiguration(Section):
    """The whole file. ``override_labels`` is ours: labels of progressive ``@override`` that are active."""

    supergraph: Supergraph = field(default_factory=Supergraph)
    homepage: Switch = field(default_factory=Switch)
    sandbox: Switch = field(default_factory=Switch)
    health_check: HealthCheck = field(default_factory=HealthCheck)
    cors: Cors = field(default_factory=Cors)
    csrf: Csrf = field(default_factory=Csrf)
    limits: Limits = field(default_factory=Limits)
    batching: Batching = field(default_factory=Batching)
    apq: Apq = field(default_factory=Apq)
    persisted_queries: PersistedQueries = field(default_factory=PersistedQueries)
    headers: Headers = field(default_factory=Headers)
    traffic_shaping: TrafficShaping = field(default_factory=TrafficShaping)
    include_subgraph_errors: IncludeSubgraphErrors = field(default_factory=IncludeSubgraphErrors)
    override_subgraph_url: dict[str, str] = field(default_factory=dict)
    override_labels: tuple[str, ...] = ()
    authentication: Authentication = field(default_factory=Authentication)
    authorization: Authorization = field(default_factory=Authorization)
    demand_control: DemandControl = field(default_factory=DemandControl)
    response_cache: ResponseCache = field(default_factory=ResponseCache)
    subscription: Subscription = field(default_factory=Subscription)
    telemetry: Telemetry = field(default_factory=Telemetry)
    development: Development = field(default_factory=Development)
