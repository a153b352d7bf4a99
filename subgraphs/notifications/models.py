"""What the notifications domain talks about, and the product's figures for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.events import NotificationKind


@dataclass(frozen=True, slots=True)
class Limits:
    """``unread_counted``: an unread count goes no further; clients show ``99+`` anyway."""

    ids_at_once: int = 100
    unread_counted: int = 1000
    kept_for: timedelta = timedelta(days=90)


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Notification:
    """One happening, for one recipient."""

    notification_id: UUID
    recipient_id: UUID
    kind: NotificationKind
    actor_id: UUID | None
    video_id: UUID | None
    comment_id: UUID | None
    created_at: datetime
    read_at: datetime | None
