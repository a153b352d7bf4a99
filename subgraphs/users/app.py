"""The users subgraph, put together."""

from __future__ import annotations

from contracts.viewer import Viewer
from kit.graphql.context import EventSource, RequestContext
from kit.graphql.executor import SchemaExecutor
from kit.graphql.subgraph import Subgraph
from kit.resources import Resources
from subgraphs.users.consumers import consumer_group
from subgraphs.users.loaders import Context, Loaders
from subgraphs.users.schema import schema

NAME = "users"


def create_subgraph(resources: Resources) -> Subgraph:
    """Executor and consumers over ``resources``, whose database signs in as this domain."""

    def make_context(viewer: Viewer, source: EventSource | None) -> Context:
        return RequestContext(viewer=viewer, resources=resources, loaders=Loaders(resources), source=source)

    secret = resources.settings.viewer_secret.get_secret_value()
    return Subgraph(
        name=NAME,
        schema=schema,
        executor=SchemaExecutor(NAME, schema, make_context, viewer_secret=secret),
        consumer_groups=[consumer_group(resources)],
    )
