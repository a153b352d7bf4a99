"""Verbs on uploads: a file is announced, put by the client, and handed on to the media service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.events import VideoUploaded
from contracts.ids import new_id
from kit.db import Queryable, Transaction
from subgraphs.videos import access
from subgraphs.videos.errors import UploadExpiredError, UploadQuotaExceededError, VideoNotFoundError
from subgraphs.videos.models import LIMITS, Metadata, Upload
from subgraphs.videos.repository import uploads, videos
from subgraphs.videos.service.metadata import normal_metadata
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.uploads import (
    ReceivedPart,
    check_size,
    object_key,
    part_size,
    read_content_type,
)


async def create_upload(
    tx: Transaction,
    store: RawStore,
    viewer_id: UUID,
    *,
    metadata: Metadata,
    content_type: str,
    size_bytes: int,
) -> Upload:
    """A new video in state ``uploading``, and the permission to send its file within a day.

    Raises the errors of a bad file or bad metadata, and UploadQuotaExceededError.
    """
    container = read_content_type(content_type)
    check_size(size_bytes)
    wanted = normal_metadata(metadata)
    await _check_quota(tx, viewer_id)
    video_id, upload_id = new_id(), new_id()
    key = object_key(video_id, upload_id, container)
    await videos.add_video(tx, video_id, viewer_id, wanted)
    return await uploads.add_upload(
        tx,
        upload_id,
        video_id=video_id,
        author_id=viewer_id,
        object_key=key,
        content_type=container.value,
        size_bytes=size_bytes,
        part_size_bytes=part_size(size_bytes),
        s3_upload_id=await store.open(key, container, size_bytes),
        expires_at=datetime.now(UTC) + timedelta(seconds=LIMITS.upload_ttl_s),
    )


async def collect_file(
    db: Queryable, store: RawStore, viewer_id: UUID, upload_id: UUID, parts: Sequence[ReceivedPart]
) -> None:
    """Makes the file of an open upload whole in the store; of a completed one it is. Opens no transaction.

    Raises UploadNotFoundError, UploadExpiredError and UploadIncompleteError.
    """
    upload = await access.own_upload(db, upload_id, viewer_id)
    if upload.expired_at is not None:
        raise UploadExpiredError
    if upload.completed_at is None:
        await store.assemble(upload, parts)


async def complete_upload(tx: Transaction, store: RawStore, viewer_id: UUID, upload_id: UUID) -> UUID:
    """Hands a collected file on to the media service, once; the video's id.

    Raises UploadNotFoundError, UploadExpiredError, and VideoNotFoundError when the video was deleted meanwhile.
    """
    upload = await access.own_upload(tx, upload_id, viewer_id)
    if not await uploads.complete(tx, upload_id):
        ended = await access.own_upload(tx, upload_id, viewer_id)
        if ended.expired_at is not None:
            raise UploadExpiredError
        return upload.video_id
    if not await videos.start_processing(tx, upload.video_id):
        raise VideoNotFoundError
    await tx.emit(
        VideoUploaded(
            video_id=upload.video_id,
            author_id=viewer_id,
            bucket=store.bucket,
            object_key=upload.object_key,
            size_bytes=upload.size_bytes,
        )
    )
    return upload.video_id


async def _check_quota(tx: Transaction, author_id: UUID) -> None:
    """Uploads of one author are counted one after the other, so that two at once can't both be the last."""
    a_day_ago = datetime.now(UTC) - timedelta(days=1)
    if await uploads.count_since(tx, author_id, a_day_ago) >= LIMITS.uploads_per_day:
        raise UploadQuotaExceededError
