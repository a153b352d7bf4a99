"""Files that nobody needs any more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from contracts import ids
from kit.db import Transaction
from kit.errors import InternalError
from kit.resources import Resources
from subgraphs.videos.models import Failure, SupersededRendition, Upload, Video, VideoStatus
from subgraphs.videos.repository import superseded, uploads, videos
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
    """Takes away what was uploaded for a deleted video, unless others were made of it too, and what was made of it;
    again, it finds nothing.
    """
    for upload in sent:
        await _drop_unwanted(resources, upload)
    settings, storage = resources.settings, resources.storage
    for bucket in (settings.bucket_processed, settings.bucket_thumbnails):
        for folder in sorted(_folders_of(video)):
            await storage.delete(bucket, await storage.list_keys(bucket, folder))


async def drop_superseded(resources: Resources, old: SupersededRendition) -> None:
    """Takes away the files of a rendition, unless something that its video still names lies among them."""
    found = await videos.find_videos(resources.database, [old.video_id])
    folder = old.playlist_key.rpartition("/")[0] + "/"
    if not any(key.startswith(folder) for video in found.values() for key in _named(video)):
        folder_of(old.video_id, folder)
        storage, bucket = resources.storage, resources.settings.bucket_processed
        await storage.delete(bucket, await storage.list_keys(bucket, folder))
    await superseded.forget(resources.database, old.playlist_key)


async def _drop_unwanted(resources: Resources, upload: Upload) -> None:
    """The file of an upload: that of a known file is another's."""
    db, store = resources.database, RawStore(resources)
    brought_by = upload.twin_id or upload.upload_id
    if not await uploads.is_file_wanted(db, brought_by):
        for each in (await uploads.find_uploads(db, [brought_by])).values():
            await store.drop(each)


def _folders_of(video: Video) -> set[str]:
    """Where what was made of it lies; the media service left something in its own even if nothing came of it."""
    media = video.media
    keys = [] if media is None else [media.playlist_key, *media.thumbnail_keys, media.sprite_key]
    return {f"{video.video_id.hex}/", *(folder_of(video.video_id, key) for key in keys if key)}


def _named(video: Video) -> list[str]:
    media = video.media
    if media is None:
        return []
    return [media.playlist_key, *(str(each["playlist_key"]) for each in media.renditions)]


def folder_of(video_id: UUID, key: str) -> str:
    """The video's folder that ``key`` lies in. Raises InternalError for a key outside any folder of the video."""
    folder, slash, _ = key.partition("/")
    if not slash or folder not in {str(video_id), video_id.hex, ids.encode_id(ids.VIDEO, video_id)}:
        raise InternalError(f"{key!r} is not in a folder of video {video_id}")
    return f"{folder}/"
