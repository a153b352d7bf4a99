"""Verbs on uploads: a file is announced, put by the client, and handed on to the media service, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.events import VideoDeleted, VideoUploaded
from contracts.ids import new_id
from kit.db import Queryable, Transaction
from kit.errors import InternalError
from subgraphs.videos import access
from subgraphs.videos.errors import (
    UploadAbortedError,
    UploadCompletedError,
    UploadExpiredError,
    UploadIncompleteError,
    UploadQuotaExceededError,
)
from subgraphs.videos.models import LIMITS, ContentType, Metadata, Upload, Video
from subgraphs.videos.repository import uploads, videos
from subgraphs.videos.service.metadata import normal_metadata
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.uploads import (
    NamedPart,
    check_duration,
    check_size,
    object_key,
    part_size,
    read_content_type,
    read_sha256,
)

PROCESSING_TAKES_AT_MOST: Final = timedelta(hours=6)
"""With its time in the queue; nothing is heard of a video whose job was given up."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a client says of a file before it sends it."""

    size_bytes: int
    content_type: str
    duration_ms: int | None = None
    sha256: str | None = None
    watermark: str | None = None


async def create_upload(
    tx: Transaction, store: RawStore, viewer_id: UUID, *, metadata: Metadata, file: Announcement
) -> Upload:
    """A new video in state ``uploading``, and the permission to send its file within a day. When an active video of
    the viewer was made of the same file, nothing has to be sent: upload completed, video ``processing``.

    Raises the errors of a bad file or bad metadata, and UploadQuotaExceededError.
    """
    container = read_content_type(file.content_type)
    check_size(file.size_bytes)
    check_duration(file.duration_ms)
    sha256 = read_sha256(file.sha256)
    wanted = normal_metadata(metadata)
    await _check_quota(tx, viewer_id)
    twin = None if sha256 is None else await _find_twin(tx, viewer_id, sha256, file.size_bytes)
    video_id = new_id()
    await videos.add_video(tx, video_id, viewer_id, wanted)
    upload = await _add_upload(
        tx, viewer_id, video_id, container=container, file=file, sha256=sha256, twin=twin
    )
    if twin is not None:
        await videos.start_processing(tx, video_id)
        await hand_on(tx, store, upload, attempt=1)
    return upload


async def begin_sending(db: Queryable, store: RawStore, upload: Upload) -> Upload:
    """The upload as parts of it can be sent. Opens no transaction: a multipart upload that is begun and not
    remembered, because this process dies or another was faster, is given up here or swept.
    """
    if not upload.is_multipart or upload.s3_upload_id is not None:
        return upload
    begun = replace(upload, s3_upload_id=await store.begin_multipart(upload))
    assert begun.s3_upload_id is not None, "it was begun just now"
    if await uploads.set_multipart(db, upload.upload_id, begun.s3_upload_id):
        return begun
    await store.give_up(begun)
    return (await uploads.find_uploads(db, [upload.upload_id]))[upload.upload_id]


async def collect_file(
    db: Queryable, store: RawStore, viewer_id: UUID, upload_id: UUID, parts: Sequence[NamedPart]
) -> None:
    """Makes the file of an open upload whole in the store; of a completed one it is. Opens no transaction.

    Raises UploadNotFoundError, UploadExpiredError, UploadAbortedError and UploadIncompleteError.
    """
    upload = await access.own_upload(db, upload_id, viewer_id)
    _refuse_ended(upload)
    if not upload.is_open:
        return
    try:
        await store.assemble(upload, parts)
    except UploadIncompleteError:
        _refuse_ended(await access.own_upload(db, upload_id, viewer_id))
        raise


async def complete_upload(tx: Transaction, store: RawStore, viewer_id: UUID, upload_id: UUID) -> UUID:
    """Hands a collected file on to the media service, once; the video's id.

    Raises UploadNotFoundError, UploadExpiredError, and UploadAbortedError, also when the video was deleted meanwhile.
    """
    upload = await access.own_upload(tx, upload_id, viewer_id)
    if not await complete_if_open(tx, store, upload):
        _refuse_ended(await access.own_upload(tx, upload_id, viewer_id))
    return upload.video_id


async def complete_if_open(tx: Transaction, store: RawStore, upload: Upload) -> bool:
    """Hands a collected file on to the media service; False if the upload has ended before, or its video has."""
    await videos.lock_video(tx, upload.video_id)
    if not await videos.start_processing(tx, upload.video_id):
        await uploads.abort(tx, upload.upload_id, urls_dead_at(upload))
        return False
    if not await uploads.complete(tx, upload.upload_id):
        raise InternalError(f"upload {upload.upload_id} has ended and its video does not know")
    await hand_on(tx, store, upload, attempt=1)
    return True


async def abort_upload(tx: Transaction, viewer_id: UUID, upload_id: UUID) -> Upload:
    """Gives up an open upload and its video; one that has come to nothing stays as it is. The caller drops the file
    after the commit.

    Raises UploadNotFoundError and UploadCompletedError.
    """
    upload = await access.own_upload(tx, upload_id, viewer_id)
    await videos.lock_video(tx, upload.video_id)
    if await uploads.abort(tx, upload_id, urls_dead_at(upload)):
        deleted = await videos.delete(tx, upload.video_id)
        if deleted is not None:
            fact = VideoDeleted(video_id=upload.video_id, author_id=viewer_id, revision=deleted.revision)
            await tx.emit(fact)
    ended = await access.own_upload(tx, upload_id, viewer_id)
    if ended.completed_at is not None:
        raise UploadCompletedError
    return ended


async def hand_on(tx: Transaction, store: RawStore, upload: Upload, *, attempt: int) -> None:
    """Tells the media service of a file, and of what was made of the same one before."""
    await uploads.expect_result(tx, upload.upload_id, datetime.now(UTC) + PROCESSING_TAKES_AT_MOST)
    key, twin_playlist_key = upload.object_key, None
    if upload.twin_id is not None and upload.sha256 is not None:
        twin = (await uploads.find_uploads(tx, [upload.twin_id]))[upload.twin_id]
        made = await videos.active_of_content(tx, upload.author_id, upload.sha256)
        key = twin.object_key
        if made is not None and made.media is not None and await _looks_alike(tx, made, upload):
            twin_playlist_key = made.media.playlist_key
    await tx.emit(
        VideoUploaded(
            video_id=upload.video_id,
            author_id=upload.author_id,
            bucket=store.bucket,
            object_key=key,
            size_bytes=upload.size_bytes,
            sha256=None if upload.sha256 is None else upload.sha256.hex(),
            twin_playlist_key=twin_playlist_key,
            attempt=attempt,
            watermark=upload.watermark,
        )
    )


async def _looks_alike(tx: Transaction, made: Video, upload: Upload) -> bool:
    """Whether the same was written into the pictures of a video of the same file."""
    earlier = await uploads.uploads_of_videos(tx, [made.video_id])
    return [each.watermark for each in earlier] == [upload.watermark]


def urls_dead_at(upload: Upload) -> datetime:
    """When nothing can arrive any more by URLs that were signed until now."""
    last = min(datetime.now(UTC) + timedelta(seconds=LIMITS.upload_url_ttl_s), upload.expires_at)
    return last + timedelta(seconds=LIMITS.slowest_put_s)


async def _find_twin(tx: Transaction, author_id: UUID, sha256: bytes, size_bytes: int) -> Upload | None:
    """The upload that brought a file with this SHA-256, as the media service found it, of which a video is active."""
    made = await videos.active_of_content(tx, author_id, sha256)
    if made is None:
        return None
    (upload,) = await uploads.uploads_of_videos(tx, [made.video_id])
    if upload.size_bytes != size_bytes:
        return None
    if upload.twin_id is None:
        return upload
    return (await uploads.find_uploads(tx, [upload.twin_id]))[upload.twin_id]


async def _add_upload(
    tx: Transaction,
    author_id: UUID,
    video_id: UUID,
    *,
    container: ContentType,
    file: Announcement,
    sha256: bytes | None,
    twin: Upload | None,
) -> Upload:
    upload_id, now = new_id(), datetime.now(UTC)
    return await uploads.add_upload(
        tx,
        upload_id,
        video_id=video_id,
        author_id=author_id,
        object_key=object_key(video_id, upload_id, container),
        content_type=container.value,
        size_bytes=file.size_bytes,
        part_size_bytes=part_size(file.size_bytes),
        sha256=sha256,
        expires_at=now + timedelta(seconds=LIMITS.upload_ttl_s),
        check_at=now + timedelta(seconds=LIMITS.first_check_s),
        twin_id=None if twin is None else twin.upload_id,
        completed_at=None if twin is None else now,
        watermark=file.watermark,
    )


def _refuse_ended(upload: Upload) -> None:
    if upload.expired_at is not None:
        raise UploadExpiredError
    if upload.aborted_at is not None:
        raise UploadAbortedError


async def _check_quota(tx: Transaction, author_id: UUID) -> None:
    """Uploads of one author are counted one after the other, so that two at once can't both be the last."""
    a_day_ago = datetime.now(UTC) - timedelta(days=1)
    if await uploads.count_since(tx, author_id, a_day_ago) >= LIMITS.uploads_per_day:
        raise UploadQuotaExceededError
