"""What the router counts. Labels: operation kinds, outcomes, steps and subgraph names, never an operation's text."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

from kit.telemetry.fast_metrics import HotCounter, HotHistogram

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = HotCounter(
    "clipgraph_router_requests_total", "GraphQL requests by operation kind and outcome.", ["kind", "outcome"]
)
REQUEST_SECONDS = HotHistogram(
    "clipgraph_router_request_seconds",
    "Time from the last byte in to the first byte out.",
    ["kind"],
    buckets=_BUCKETS,
)
STEP_SECONDS = HotHistogram(
    "clipgraph_router_step_seconds",
    "Time that a step of a request took.",
    ["step"],
    buckets=(0.0001, *_BUCKETS),
)
FETCHES = HotCounter(
    "clipgraph_router_fetches_total", "Requests to subgraphs by outcome.", ["subgraph", "outcome"]
)
FETCH_SECONDS = HotHistogram(
    "clipgraph_router_fetch_seconds", "Time of one request to a subgraph.", ["subgraph"], buckets=_BUCKETS
)
RETRIES = Counter("clipgraph_router_fetch_retries_total", "Fetches that were sent again.", ["subgraph"])
SHARED_FETCHES = HotCounter(
    "clipgraph_router_fetches_shared_total", "Fetches answered by an equal one in flight.", ["subgraph"]
)
CACHED = Counter(
    "clipgraph_router_cached_responses_total",
    "Root responses and entities by cache outcome.",
    ["subgraph", "outcome"],
)
CIRCUIT_OPEN = Gauge("clipgraph_router_circuit_open", "1 while a subgraph is left alone.", ["subgraph"])
PERSISTED = Counter(
    "clipgraph_router_persisted_documents_total",
    "Documents that were named instead of sent: found, missed, registered, trusted.",
    ["outcome"],
)
PREPARED = HotCounter(
    "clipgraph_router_prepared_operations_total",
    "Operations found in the cache of plans, or not.",
    ["outcome"],
)
LIMITED = Counter("clipgraph_router_limited_total", "Requests that a limit refused, by its code.", ["code"])
UNAUTHORIZED = Counter(
    "clipgraph_router_unauthorized_fields_total", "Selected fields that a client may not have."
)
_COST_BUCKETS = (1, 5, 10, 50, 100, 500, 1000, 5000, 10_000)
ESTIMATED_COST = HotHistogram(
    "clipgraph_router_estimated_cost", "What operations may cost.", [], _COST_BUCKETS
).labels()
ACTUAL_COST = HotHistogram(
    "clipgraph_router_actual_cost", "What operations did cost.", [], _COST_BUCKETS
).labels()
STREAMS = Gauge("clipgraph_router_streams", "Open answers in parts, by what they carry.", ["kind"])
RELOADS = Counter(
    "clipgraph_router_reloads_total", "New supergraphs, by whether they went live.", ["outcome"]
)
