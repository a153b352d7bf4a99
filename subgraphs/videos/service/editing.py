"""Verbs on videos that their creator calls."""

from __future__ import annotations

from uuid import UUID

from contracts.events import VideoChanged, VideoDeleted
from kit.db import Transaction
from subgraphs.videos import access
from subgraphs.videos.errors import NoAttemptsLeftError, NotRetryableError, VideoNotFoundError
from subgraphs.videos.models import LIMITS, MetadataEdit, Video, VideoStatus
from subgraphs.videos.repository import uploads, videos
from subgraphs.videos.service.metadata import edited
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.service.uploads import hand_on, urls_dead_at


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
    for upload in await uploads.uploads_of_videos(tx, [video_id]):
        await uploads.abort(tx, upload.upload_id, urls_dead_at(upload))
    await tx.emit(VideoDeleted(video_id=video_id, author_id=viewer_id, revision=deleted.revision))
    return deleted


async def retry_video(tx: Transaction, store: RawStore, viewer_id: UUID, video_id: UUID) -> Video:
    """Has the file of a video that failed by our fault tried again; while that goes on, it is as it is.

    Raises VideoNotFoundError, NotRetryableError and NoAttemptsLeftError.
    """
    current = await access.own_video_locked(tx, video_id, viewer_id)
    if current.attempt > 1 and current.status in {VideoStatus.PROCESSING, VideoStatus.ACTIVE}:
        return current
    if current.failure is None or not current.failure.is_retryable:
        raise NotRetryableError
    if current.attempt >= LIMITS.attempts:
        raise NoAttemptsLeftError
    tried = await videos.try_again(tx, video_id)
    if tried is None:
        raise NotRetryableError
    (upload,) = await uploads.uploads_of_videos(tx, [video_id])
    await hand_on(tx, store, upload, attempt=tried.attempt)
    return tried


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
