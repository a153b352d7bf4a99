"""What is deleted or withdrawn leaves feeds and takes no reactions, in whatever order the facts come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from contracts.events import Envelope, Event, VideoDeleted, VideoPublished, VideoWithdrawn, Visibility
from contracts.ids import new_id
from kit.bus import ConsumerGroup
from kit.resources import Resources
from subgraphs.feed import repository
from subgraphs.feed.consumers import consumer_group as feed_group
from subgraphs.social.consumers import consumer_group as social_group
from subgraphs.social.repository import known


async def _give(group: ConsumerGroup, event: Event) -> None:
    await group.handlers[type(event)](Envelope(type=type(event).__name__, version=1, data={}), event)


@pytest.mark.parametrize("gone", [VideoDeleted, VideoWithdrawn])
@pytest.mark.parametrize("is_late", [False, True], ids=["in order", "the older fact last"])
async def test_a_video_that_is_gone_is_shown_to_nobody(
    resources_for: Callable[[str], Awaitable[Resources]],
    gone: type[VideoDeleted | VideoWithdrawn],
    *,
    is_late: bool,
) -> None:
    video_id, author_id = new_id(), new_id()
    published = VideoPublished(
        video_id=video_id,
        author_id=author_id,
        visibility=Visibility.PUBLIC,
        allow_comments=True,
        category=None,
        hashtags=(),
        published_at=datetime.now(UTC),
        revision=1,
    )
    facts: list[Event] = [published, gone(video_id=video_id, author_id=author_id, revision=2)]
    feed, social = await resources_for("feed"), await resources_for("social")
    await _give(feed_group(feed), published)
    assert await repository.still_shown(feed.database, [video_id]) == {video_id}
    for fact in reversed(facts) if is_late else facts:
        for group in (feed_group(feed), social_group(social)):
            await _give(group, fact)
    assert await repository.still_shown(feed.database, [video_id]) == set()
    assert (await known.find_videos(social.database, [video_id]))[video_id].is_active is False
