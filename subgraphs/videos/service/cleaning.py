"""Files that nobody needs any more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from contracts import ids
from kit.db import Transaction
from kit.errors import InternalError
from kit.resources import Resources
from subgraphs.videos.models import Failure, Upload, Video, VideoStatus
from subgraphs.videos.repository import uploads, videos
from subgraphs.videos.service.processing import fail_video
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.service.uploads import urls_dead_at

EXPIRED: Final = Failure("UPLOAD_EXPIRED", "The file did not arrive in time. Upload it again.")


STALLED: Final = Failure(
    "PROCESSING_STALLED", "Something went wrong on our side. Try it again.", is_retryable=True
)


async def fail_stalled(tx: Transaction, upload: Upload) -> bool:
    """Whether the upload's video was still processing: it has failed by our fault now."""
    video = await videos.lock_video(tx, upload.video_id)
    if video is None:
        return False
    failed = await fail_video(
        tx, upload.video_id, STALLED, before=VideoStatus.PROCESSING, attempt=video.attempt
    )
    return failed is not None


async def expire_upload(tx: Transaction, upload: Upload) -> None:
    """Ends an open upload whose time is up; whoever completes it later finds it expired."""
    await videos.lock_video(tx, upload.video_id)
    if await uploads.expire(tx, upload.upload_id, urls_dead_at(upload)):
        await fail_video(tx, upload.video_id, EXPIRED, before=VideoStatus.UPLOADING)


async def drop_files(resources: Resources, video: Video, sent: Iterable[Upload]) -> None:
    """Takes away what was uploaded for a video and what was made of it; again, it finds nothing."""
    store = RawStore(resources)
    for upload in sent:
        await store.drop(upload)
    if video.media is None:
        return
    settings, storage = resources.settings, resources.storage
    made = {
        settings.bucket_processed: [video.media.playlist_key],
        settings.bucket_thumbnails: [*video.media.thumbnail_keys, *filter(None, [video.media.sprite_key])],
    }
    for bucket, keys in made.items():
        for folder in sorted({folder_of(video.video_id, key) for key in keys}):
            await storage.delete(bucket, await storage.list_keys(bucket, folder))


def folder_of(video_id: UUID, key: str) -> str:
    """The video's folder that ``key`` lies in. Raises InternalError for a key outside any folder of the video."""
    folder, slash, _ = key.partition("/")
    if not slash or folder not in {str(video_id), video_id.hex, ids.encode_id(ids.VIDEO, video_id)}:
        raise InternalError(f"{key!r} is not in a folder of video {video_id}")
    return f"{folder}/"
