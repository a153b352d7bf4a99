"""Facts of the social domain. Counts ride along as hints; whoever needs exact figures re-reads."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.events.base import Event
from contracts.topics import Topic


class _InteractionEvent(Event):
    topic: ClassVar[Topic] = Topic.USER_INTERACTION


class _VideoInteraction(_InteractionEvent):
    """Somebody did something to a video; ``revision`` grows with each change of the video's counters."""

    video_id: UUID
    author_id: UUID
    actor_id: UUID
    view_count: int
    like_count: int
    comment_count: int
    share_count: int
    save_count: int
    revision: int

    def key(self) -> str:
        return str(self.video_id)


class VideoLiked(_VideoInteraction):
    """``actor_id`` likes the video now."""


class VideoUnliked(_VideoInteraction):
    """``actor_id`` no longer likes the video."""


class VideoSaved(_VideoInteraction):
    """``actor_id`` keeps the video in their saved list."""


class VideoUnsaved(_VideoInteraction):
    """``actor_id`` took the video off their saved list."""


class VideoShared(_VideoInteraction):
    """``actor_id`` passed the video on by ``share_channel`` (``link``, ``message``, …)."""

    share_channel: str


class CommentAdded(_VideoInteraction):
    """A comment or a reply (then ``parent_id`` is set) stands under the video."""

    comment_id: UUID
    parent_id: UUID | None


class CommentDeleted(_VideoInteraction):
    """The comment was soft-deleted by its author or the video's."""

    comment_id: UUID
    parent_id: UUID | None


class VideoViewed(_VideoInteraction):
    """Somebody watched: ``watched_ms`` of the video; behaviour data, so it travels on ``analytics.event``."""

    topic: ClassVar[Topic] = Topic.ANALYTICS_EVENT

    watched_ms: int
    is_completed: bool


class _FollowEvent(_InteractionEvent):
    follower_id: UUID
    followee_id: UUID
    occurred_at: datetime

    def key(self) -> str:
        return str(self.followee_id)


class UserFollowed(_FollowEvent):
    """``follower_id`` follows ``followee_id`` now."""


class UserUnfollowed(_FollowEvent):
    """``follower_id`` no longer follows ``followee_id``."""
