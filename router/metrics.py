"""What the router counts. Labels: operation kinds, outcomes and subgraph names, never an operation's text."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Counter(
    "clipgraph_router_requests_total", "GraphQL requests by operation kind and outcome.", ["kind", "outcome"]
)
REQUEST_SECONDS = Histogram(
    "clipgraph_router_request_seconds",
    "Time from the last byte in to the first byte out.",
    ["kind"],
    buckets=_BUCKETS,
)
FETCHES = Counter(
    "clipgraph_router_fetches_total", "Requests to subgraphs by outcome.", ["subgraph", "outcome"]
)
FETCH_SECONDS = Histogram(
    "clipgraph_router_fetch_seconds", "Time of one request to a subgraph.", ["subgraph"], buckets=_BUCKETS
)
