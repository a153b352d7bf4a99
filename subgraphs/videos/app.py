"""The videos subgraph, put together."""

from __future__ import annotations

from contracts.viewer import Viewer
from kit.graphql.context import EventSource, RequestContext
from kit.graphql.executor import SchemaExecutor
from kit.graphql.subgraph import Subgraph
from kit.resources import Resources
from subgraphs.videos.consumers import consumer_group, recognising_group
from subgraphs.videos.jobs import jobs
from subgraphs.videos.loaders import Context, Loaders
from subgraphs.videos.schema import schema

NAME = "videos"


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
        consumer_groups=[consumer_group(resources), recognising_group(resources)],
        jobs=jobs(resources),
    )
