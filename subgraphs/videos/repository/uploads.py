"""SQL on uploads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, Integer, Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from kit.db import Queryable, Statement
from subgraphs.videos.models import Upload
from subgraphs.videos.repository.rows import read_upload
from subgraphs.videos.tables import uploads

_ADDED = (
    "upload_id",
    "video_id",
    "author_id",
    "object_key",
    "content_type",
    "size_bytes",
    "part_size_bytes",
    "s3_upload_id",
    "expires_at",
)
_IS_OPEN = uploads.c.completed_at.is_(None) & uploads.c.expired_at.is_(None)

_TAKE_TURN = Statement(
    select(
        func.pg_advisory_xact_lock(
            func.hashtextextended(bindparam("name", type_=Text()), 0, type_=BigInteger)
        )
    )
)
_COUNT_SINCE = Statement(
    select(func.count())
    .select_from(uploads)
    .where(
        uploads.c.author_id == bindparam("author"),
        uploads.c.created_at > bindparam("since", type_=DateTime(timezone=True)),
    )
)
_ADD_UPLOAD = Statement(insert(uploads).values({name: bindparam(name) for name in _ADDED}).returning(uploads))
_FIND_UPLOADS = Statement(
    select(uploads).where(uploads.c.upload_id == func.any(bindparam("upload_ids", type_=ARRAY(Uuid))))
)
_OF_VIDEOS = Statement(
    select(uploads).where(uploads.c.video_id == func.any(bindparam("video_ids", type_=ARRAY(Uuid))))
)
_COMPLETE = Statement(
    uploads.update().where(uploads.c.upload_id == bindparam("id"), _IS_OPEN).values(completed_at=func.now())
)
_EXPIRE = Statement(
    uploads.update().where(uploads.c.upload_id == bindparam("id"), _IS_OPEN).values(expired_at=func.now())
)
_OVERDUE = Statement(
    select(uploads)
    .where(uploads.c.expires_at < bindparam("now", type_=DateTime(timezone=True)), _IS_OPEN)
    .order_by(uploads.c.expires_at)
    .limit(bindparam("size", type_=Integer()))
)


async def count_since(tx: Queryable, author_id: UUID, since: datetime) -> int:
    """Uploads that the author began since; no other count of theirs runs until the transaction ends."""
    await tx.fetch_value(_TAKE_TURN, name=f"uploads-of-{author_id.hex}")
    return int(await tx.fetch_value(_COUNT_SINCE, author=author_id, since=since))


async def add_upload(
    db: Queryable,
    upload_id: UUID,
    *,
    video_id: UUID,
    author_id: UUID,
    object_key: str,
    content_type: str,
    size_bytes: int,
    part_size_bytes: int,
    s3_upload_id: str | None,
    expires_at: datetime,
) -> Upload:
    row = await db.fetch_one(
        _ADD_UPLOAD,
        upload_id=upload_id,
        video_id=video_id,
        author_id=author_id,
        object_key=object_key,
        content_type=content_type,
        size_bytes=size_bytes,
        part_size_bytes=part_size_bytes,
        s3_upload_id=s3_upload_id,
        expires_at=expires_at,
    )
    assert row is not None, "INSERT … RETURNING returns its row"
    return read_upload(row)


async def find_uploads(db: Queryable, upload_ids: Sequence[UUID]) -> Mapping[UUID, Upload]:
    rows = await db.fetch(_FIND_UPLOADS, upload_ids=upload_ids)
    return {row["upload_id"]: read_upload(row) for row in rows}


async def uploads_of_videos(db: Queryable, video_ids: Sequence[UUID]) -> Sequence[Upload]:
    return [read_upload(row) for row in await db.fetch(_OF_VIDEOS, video_ids=video_ids)]


async def complete(db: Queryable, upload_id: UUID) -> bool:
    """False if the upload has ended before, completed or expired."""
    return await db.execute(_COMPLETE, id=upload_id) == 1


async def expire(db: Queryable, upload_id: UUID) -> bool:
    """False if the upload has ended before, completed or expired."""
    return await db.execute(_EXPIRE, id=upload_id) == 1


async def overdue(db: Queryable, now: datetime, size: int) -> list[Upload]:
    """Open uploads whose time is up, longest first."""
    return [read_upload(row) for row in await db.fetch(_OVERDUE, now=now, size=size)]
