"""Query fields of the feed subgraph."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kit.errors import BadUserInputError
from kit.graphql.connections import decode_cursor, page_size
from subgraphs.feed import reads
from subgraphs.feed.loaders import FeedInfo
from subgraphs.feed.types import FeedConnection, present

First = Annotated[int | None, strawberry.argument(description="How many, 1 to 100; 20 when left out.")]
After = Annotated[str | None, strawberry.argument(description="Cursor after which to go on.")]
Category = Annotated[
    str | None, strawberry.argument(description="One category only, `food` for example; all when left out.")
]


@strawberry.type
class Query:
    @strawberry.federation.field(
        tags=["viewer"], description="For You: public videos by freshness and engagement; signed in or not."
    )
    async def for_you_feed(self, info: FeedInfo, first: First = None, after: After = None) -> FeedConnection:
        size, position = page_size(first), _ranked_position(after)
        viewer_id = info.context.viewer.user_id
        return present(await reads.for_you(info.context.resources, viewer_id, size, position), after)

    @strawberry.federation.field(
        tags=["viewer"],
        description="Videos of those whom you follow, newest first. Needs a signed-in viewer.",
    )
    async def following_feed(
        self, info: FeedInfo, first: First = None, after: After = None
    ) -> FeedConnection:
        viewer_id = info.context.signed_in().user_id
        assert viewer_id is not None, "signed_in() gives somebody"
        size, position = page_size(first), _timed_position(after)
        return present(await reads.following(info.context.resources, viewer_id, size, position), after)

    @strawberry.field(description="What is being watched, liked and shared most, decaying with age.")
    async def trending_feed(
        self, info: FeedInfo, category: Category = None, first: First = None, after: After = None
    ) -> FeedConnection:
        size, position = page_size(first), _ranked_position(after)
        return present(await reads.trending(info.context.resources, category, size, position), after)


def _ranked_position(after: str | None) -> tuple[float, UUID] | None:
    position = decode_cursor(after, 2)
    if position is None:
        return None
    try:
        return float(position[0]), UUID(hex=str(position[1]))
    except ValueError:
        raise BadUserInputError("after is not a cursor of this list.") from None


def _timed_position(after: str | None) -> tuple[datetime, UUID] | None:
    position = decode_cursor(after, 2)
    if position is None:
        return None
    try:
        return datetime.fromisoformat(str(position[0])), UUID(hex=str(position[1]))
    except ValueError:
        raise BadUserInputError("after is not a cursor of this list.") from None
