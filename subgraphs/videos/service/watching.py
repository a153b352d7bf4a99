"""What is watched widely is coded again with more care."""

from __future__ import annotations

from uuid import UUID

from contracts.events import VideoWatchedWidely
from kit.db import Transaction
from subgraphs.videos.models import Upload, Video, VideoStatus
from subgraphs.videos.repository import uploads, videos
from subgraphs.videos.service.raw_store import RawStore


def is_worth_more_care(video: Video) -> bool:
    """Whether all that is going to be made of it is there, some of it was coded, and nobody was told yet."""
    if video.status is not VideoStatus.ACTIVE or video.watched_widely_at is not None or video.media is None:
        return False
    renditions = video.media.renditions
    return all(each.get("is_ready", True) for each in renditions) and not all(
        each.get("is_copy", False) for each in renditions
    )


async def tell_watched_widely(tx: Transaction, store: RawStore, video_id: UUID) -> Video | None:
    """Tells the media service, once a video: the video as it is now, None when somebody else did."""
    video = await videos.mark_watched_widely(tx, video_id)
    if video is None or video.media is None:
        return None
    sent = await uploads.uploads_of_videos(tx, [video_id])
    if sent:
        source = await _source_of(tx, sent[0])
        await tx.emit(
            VideoWatchedWidely(
                video_id=video_id,
                author_id=video.author_id,
                bucket=store.bucket,
                object_key=source.object_key,
                size_bytes=source.size_bytes,
                playlist_key=video.media.playlist_key,
            )
        )
    return video


async def _source_of(tx: Transaction, upload: Upload) -> Upload:
    """The upload that brought the file: that of a known file brought none."""
    if upload.twin_id is None:
        return upload
    return (await uploads.find_uploads(tx, [upload.twin_id]))[upload.twin_id]
