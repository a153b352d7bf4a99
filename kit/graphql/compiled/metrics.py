"""What compilation costs and how often it is of no use."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

PLANS = Counter(
    "clipgraph_graphql_plans_total", "Look-ups of compiled operations: hit, miss, evicted.", ["outcome"]
)
COMPILE_SECONDS = Histogram("clipgraph_graphql_compile_seconds", "From a document to a compiled operation.")
INTERPRETED = Counter(
    "clipgraph_graphql_interpreted_total", "Operations that graphql-core ran, and why.", ["reason"]
)
SLOW_OBJECTS = Counter(
    "clipgraph_graphql_slow_objects_total", "Objects that the generated code handed to the exact slow path."
)
