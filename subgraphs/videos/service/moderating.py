"""Verbs of moderation on videos."""

from __future__ import annotations

from uuid import UUID

from contracts.events import VideoWithdrawn
from kit.db import Transaction
from subgraphs.videos.errors import VideoNotFoundError
from subgraphs.videos.models import Video, VideoStatus
from subgraphs.videos.repository import videos


async def withdraw_video(tx: Transaction, video_id: UUID) -> Video:
    """Takes an active video down: from now on its author alone sees that it is there, and nobody its files. Again, it
    changes nothing. Raises VideoNotFoundError.
    """
    withdrawn = await videos.withdraw(tx, video_id)
    if withdrawn is None:
        current = await videos.lock_video(tx, video_id)
        if current is None or current.status is not VideoStatus.REJECTED:
            raise VideoNotFoundError
        return current
    await tx.emit(
        VideoWithdrawn(video_id=video_id, author_id=withdrawn.author_id, revision=withdrawn.revision)
    )
    return withdrawn
