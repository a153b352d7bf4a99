"""The auth subgraph, put together."""

from __future__ import annotations

from contracts.viewer import Viewer
from kit.graphql.context import EventSource
from kit.graphql.executor import SchemaExecutor
from kit.graphql.subgraph import Subgraph
from kit.resources import Resources
from subgraphs.auth.consumers import consumer_group
from subgraphs.auth.jobs import jobs
from subgraphs.auth.passwords import HashCost, Passwords
from subgraphs.auth.schema import schema
from subgraphs.auth.tokens import load_signing_key
from subgraphs.auth.types import AuthContext

NAME = "auth"
_CHEAP = HashCost(time_cost=1, memory_kib=64)
"""For tests, which sign up people by the hundred; refused in every other environment."""


def create_subgraph(resources: Resources) -> Subgraph:
    """Executor, consumers and jobs over ``resources``, whose database signs in as this domain."""
    settings = resources.settings
    key = load_signing_key(settings)
    passwords = Passwords(_CHEAP if settings.environment == "test" else None)

    def make_context(viewer: Viewer, source: EventSource | None) -> AuthContext:
        return AuthContext(
            viewer=viewer, resources=resources, loaders=None, source=source, key=key, passwords=passwords
        )

    return Subgraph(
        name=NAME,
        schema=schema,
        executor=SchemaExecutor(
            NAME, schema, make_context, viewer_secret=settings.viewer_secret.get_secret_value()
        ),
        consumer_groups=[consumer_group(resources)],
        jobs=jobs(resources),
    )
