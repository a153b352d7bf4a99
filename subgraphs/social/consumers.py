"""Facts that the social domain reacts to. Every handler may run twice for the same fact."""

from __future__ import annotations

from contracts import ids
from contracts.channels import video_engagement_channel
from contracts.events import (
    CommentAdded,
    CommentDeleted,
    Envelope,
    Event,
    UserRegistered,
    VideoChanged,
    VideoDeleted,
    VideoLiked,
    VideoPublished,
    VideoSaved,
    VideoShared,
    VideoUnliked,
    VideoUnsaved,
    VideoViewed,
    VideoWithdrawn,
    Visibility,
)
from kit.bus import ConsumerGroup
from kit.resources import Resources
from subgraphs.social.models import KnownVideo
from subgraphs.social.repository import known

_ENGAGEMENT = (
    VideoLiked,
    VideoUnliked,
    VideoSaved,
    VideoUnsaved,
    VideoShared,
    VideoViewed,
    CommentAdded,
    CommentDeleted,
)


def consumer_group(resources: Resources) -> ConsumerGroup:
    """Handlers by event type, as the group ``social``."""
    reactions = _Reactions(resources)
    return ConsumerGroup(
        name="social",
        handlers={
            UserRegistered: reactions.know_user,
            VideoPublished: reactions.know_video,
            VideoChanged: reactions.know_video,
            VideoDeleted: reactions.forget_video,
            VideoWithdrawn: reactions.forget_video,
            **dict.fromkeys(_ENGAGEMENT, reactions.tell_watchers),
        },
    )


class _Reactions:
    def __init__(self, resources: Resources) -> None:
        self._db = resources.database
        self._pubsub = resources.pubsub

    async def know_user(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, UserRegistered)
        await known.add_user(self._db, event.user_id)

    async def know_video(self, _: Envelope, event: Event) -> None:
        """The newest revision wins, in whatever order they come."""
        assert isinstance(event, VideoPublished | VideoChanged)
        video = KnownVideo(
            video_id=event.video_id,
            author_id=event.author_id,
            visibility=event.visibility,
            allow_comments=event.allow_comments,
            is_active=True,
        )
        await known.upsert_video(self._db, video, event.revision)

    async def forget_video(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, VideoDeleted | VideoWithdrawn)
        gone = KnownVideo(
            video_id=event.video_id,
            author_id=event.author_id,
            visibility=Visibility.PRIVATE,
            allow_comments=False,
            is_active=False,
        )
        await known.upsert_video(self._db, gone, event.revision)

    async def tell_watchers(self, _: Envelope, event: Event) -> None:
        """A hint to everyone who watches the video; counts are re-read, so hints may merge."""
        assert isinstance(event, _ENGAGEMENT)
        hint: dict[str, object] = {
            "type": type(event).__name__,
            "videoId": ids.encode_id(ids.VIDEO, event.video_id),
            "actorId": ids.encode_id(ids.USER, event.actor_id),
            "revision": event.revision,
            "coalesce": not isinstance(event, CommentAdded | CommentDeleted),
        }
        if isinstance(event, CommentAdded):
            hint["commentId"] = ids.encode_id(ids.COMMENT, event.comment_id)
        await self._pubsub.publish(video_engagement_channel(event.video_id), hint)
