"""What becomes of a video by the media service's facts. Each verb may come twice, late or out of order."""

from __future__ import annotations

from uuid import UUID

from contracts.events import (
    NotificationKind,
    NotificationTriggered,
    VideoProcessed,
    VideoPublished,
    VideoRenditionsCompleted,
)
from kit.db import Transaction
from subgraphs.videos.models import Failure, Media, Video, VideoStatus
from subgraphs.videos.repository import superseded, videos


async def publish_video(tx: Transaction, done: VideoProcessed) -> Video | None:
    """From processing to active; None when the video is somewhere else by now."""
    media = read_media(done)
    sha256 = None if done.source_sha256 is None else bytes.fromhex(done.source_sha256)
    published = await videos.publish(tx, done.video_id, media, sha256)
    if published is None:
        await videos.keep_media_for_purge(tx, done.video_id, media)
        return None
    await tx.emit(_published_fact(published))
    return published


async def complete_renditions(tx: Transaction, done: VideoRenditionsCompleted) -> None:
    """What became of the renditions that ``publish_video`` heard of, and of those that were made again.

    Others they take the place of stay in the store for a while.
    """
    before = await videos.lock_video(tx, done.video_id)
    renditions = [each.model_dump(mode="json") for each in done.renditions]
    is_news = await videos.complete_renditions(tx, done.video_id, renditions)
    if not is_news or before is None or before.media is None:
        return
    gone = {each["playlist_key"] for each in before.media.renditions}
    gone -= {each.playlist_key for each in done.renditions}
    if gone:
        await superseded.add(tx, done.video_id, sorted(gone))


async def fail_video(
    tx: Transaction, video_id: UUID, failure: Failure, *, before: VideoStatus, attempt: int = 1
) -> Video | None:
    """From ``before`` to failed, and the creator is told; None when the video is somewhere else by now, or tried again."""
    failed = await videos.fail(tx, video_id, failure, before=before, attempt=attempt)
    if failed is None:
        return None
    await tx.emit(
        NotificationTriggered(
            recipient_id=failed.author_id,
            kind=NotificationKind.VIDEO_FAILED,
            video_id=video_id,
            dedupe_key=f"video_failed:{video_id}:{attempt}",
        )
    )
    return failed


def read_media(done: VideoProcessed) -> Media:
    """What the media service made, as we store it."""
    return Media(
        playlist_key=done.playlist_key,
        thumbnail_keys=done.thumbnail_keys,
        sprite_key=done.sprite_key,
        duration_ms=done.duration_ms,
        width=done.width,
        height=done.height,
        renditions=tuple(rendition.model_dump(mode="json") for rendition in done.renditions),
        manifest_key=done.manifest_key,
        sprite_vtt_key=done.sprite_vtt_key,
        preview_key=done.preview_key,
        blurhash=done.blurhash,
        thumbhash=done.thumbhash,
    )


def _published_fact(video: Video) -> VideoPublished:
    assert video.published_at is not None, "publishing sets it"
    return VideoPublished(
        video_id=video.video_id,
        author_id=video.author_id,
        visibility=video.metadata.visibility,
        allow_comments=video.metadata.allow_comments,
        category=video.metadata.category,
        hashtags=video.metadata.hashtags,
        published_at=video.published_at,
        revision=video.revision,
    )
