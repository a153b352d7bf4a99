"""Facts that ask for a notification."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.events.base import Event
from contracts.topics import Topic


class NotificationKind(StrEnum):
    VIDEO_LIKED = "video_liked"
    VIDEO_COMMENTED = "video_commented"
    COMMENT_REPLIED = "comment_replied"
    USER_FOLLOWED = "user_followed"
    VIDEO_PUBLISHED = "video_published"
    VIDEO_FAILED = "video_failed"


class NotificationTriggered(Event):
    """``recipient_id`` should hear of something. ``actor_id`` is None when the platform speaks.

    ``dedupe_key`` names the happening: the same like taken back and given again notifies once.
    """

    topic: ClassVar[Topic] = Topic.NOTIFICATION_TRIGGER

    recipient_id: UUID
    kind: NotificationKind
    actor_id: UUID | None = None
    video_id: UUID | None = None
    comment_id: UUID | None = None
    dedupe_key: str

    def key(self) -> str:
        return str(self.recipient_id)
