"""Object types of the feed subgraph. Of a video it knows the key; the others answer the rest."""

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from contracts import ids
from kit.graphql.connections import PageInfo
from subgraphs.feed.models import FeedPage


@strawberry.federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)], description="A short video.")
class Video:
    id: strawberry.ID = strawberry.field(description="TypeID, `vid_…`.")


@strawberry.type(description="A video in a feed and its place.")
class FeedEdge:
    cursor: str = strawberry.field(description="Opaque; give it as `after` to go on from here.")
    node: Video | None = strawberry.field(
        description="The video; null when it has just gone or can't be read at the moment."
    )


@strawberry.type(description="A page of a feed.")
class FeedConnection:
    edges: list[FeedEdge] = strawberry.field(description="The videos of this page with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the feed.")


def present(page: FeedPage, after: str | None) -> FeedConnection:
    """The connection of a page that was read."""
    edges = [
        FeedEdge(cursor=place.cursor, node=Video(id=strawberry.ID(ids.encode_id(ids.VIDEO, place.video_id))))
        for place in page.places
    ]
    info = PageInfo(
        has_next_page=page.has_next_page,
        has_previous_page=after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return FeedConnection(edges=edges, page_info=info)
