"""Pub/sub channels for live UI. A message is a hint that says what happened to which entity; readers re-read."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from contracts import ids

WAKE_CHANNEL: Final = "outbox:wake"
"""Facts were committed in ``domain``'s outbox; the relay polls anyway."""


def video_status_channel(video_id: UUID) -> str:
    """Processing stages of one video, for its author."""
    return f"video-status:{ids.encode_id(ids.VIDEO, video_id)}"


def video_engagement_channel(video_id: UUID) -> str:
    """Likes, comments, shares and saves of one video, for everyone who watches it."""
    return f"video-engagement:{ids.encode_id(ids.VIDEO, video_id)}"


def notifications_channel(user_id: UUID) -> str:
    """Notifications of one user, for nobody else."""
    return f"notifications:{ids.encode_id(ids.USER, user_id)}"
