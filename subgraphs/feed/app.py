"""The feed subgraph, put together."""

from __future__ import annotations

from contracts.viewer import Viewer
from kit.graphql.context import EventSource, RequestContext
from kit.graphql.executor import SchemaExecutor
from kit.graphql.subgraph import Subgraph
from kit.jobs import Job
from kit.resources import Resources
from subgraphs.feed import reads
from subgraphs.feed.consumers import consumer_group
from subgraphs.feed.loaders import Context
from subgraphs.feed.models import FIGURES
from subgraphs.feed.schema import schema

NAME = "feed"


def create_subgraph(resources: Resources) -> Subgraph:
    """Executor, consumers and the trending job over ``resources``, whose database signs in as this domain."""

    def make_context(viewer: Viewer, source: EventSource | None) -> Context:
        return RequestContext(viewer=viewer, resources=resources, loaders=None, source=source)

    async def decay_trending() -> None:
        await reads.rebuild_trending(resources, None)

    secret = resources.settings.viewer_secret.get_secret_value()
    return Subgraph(
        name=NAME,
        schema=schema,
        executor=SchemaExecutor(NAME, schema, make_context, viewer_secret=secret),
        consumer_groups=[consumer_group(resources)],
        jobs=[Job("trending", FIGURES.trending_every_s, decay_trending)],
    )
