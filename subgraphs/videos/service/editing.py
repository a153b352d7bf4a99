"""Verbs on videos that their creator calls."""

from __future__ import annotations

from uuid import UUID

from contracts.events import VideoChanged, VideoDeleted
from kit.db import Transaction
from subgraphs.videos import access
from subgraphs.videos.errors import VideoNotFoundError
from subgraphs.videos.models import MetadataEdit, Video, VideoStatus
from subgraphs.videos.repository import videos
from subgraphs.videos.service.metadata import edited


async def update_video(tx: Transaction, viewer_id: UUID, video_id: UUID, edit: MetadataEdit) -> Video:
    """Changes what the edit names. Nothing new is no change: no revision, no fact."""
    current = await access.own_video_locked(tx, video_id, viewer_id)
    wanted = edited(current.metadata, edit)
    if wanted == current.metadata:
        return current
    changed = await videos.save_metadata(tx, video_id, wanted)
    if changed.status is VideoStatus.ACTIVE:
        await tx.emit(changed_fact(changed))
    return changed


async def delete_video(tx: Transaction, viewer_id: UUID, video_id: UUID) -> Video:
    """Gone for everyone at once; its files follow a day later."""
    await access.own_video_locked(tx, video_id, viewer_id)
    deleted = await videos.delete(tx, video_id)
    if deleted is None:
        raise VideoNotFoundError
    await tx.emit(VideoDeleted(video_id=video_id, author_id=viewer_id, revision=deleted.revision))
    return deleted


def changed_fact(video: Video) -> VideoChanged:
    """The whole new state of an active video."""
    assert video.published_at is not None, "active videos are published"
    return VideoChanged(
        video_id=video.video_id,
        author_id=video.author_id,
        visibility=video.metadata.visibility,
        allow_comments=video.metadata.allow_comments,
        category=video.metadata.category,
        hashtags=video.metadata.hashtags,
        published_at=video.published_at,
        revision=video.revision,
    )
