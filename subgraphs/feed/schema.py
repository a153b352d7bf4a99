"""The federated schema of the feed subgraph."""

from kit.graphql.schema import build_schema
from subgraphs.feed.queries import Query
from subgraphs.feed.types import Video

schema = build_schema(query=Query, types=[Video])
