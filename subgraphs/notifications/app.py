"""The notifications subgraph, put together."""

from __future__ import annotations

from contracts.viewer import Viewer
from kit.graphql.context import EventSource, RequestContext
from kit.graphql.executor import SchemaExecutor
from kit.graphql.subgraph import Subgraph
from kit.resources import Resources
from subgraphs.notifications.consumers import consumer_group
from subgraphs.notifications.jobs import jobs
from subgraphs.notifications.loaders import Context, Loaders
from subgraphs.notifications.schema import schema

NAME = "notifications"


def create_subgraph(resources: Resources) -> Subgraph:
    """Executor, consumers and jobs over ``resources``, whose database signs in as this domain."""

    def make_context(viewer: Viewer, source: EventSource | None) -> Context:
        return RequestContext(
            viewer=viewer, resources=resources, loaders=Loaders(resources, viewer), source=source
        )

    secret = resources.settings.viewer_secret.get_secret_value()
    return Subgraph(
        name=NAME,
        schema=schema,
        executor=SchemaExecutor(NAME, schema, make_context, viewer_secret=secret),
        consumer_groups=[consumer_group(resources)],
        jobs=jobs(resources),
    )
