"""SQL on uploads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Integer,
    Interval,
    Text,
    Uuid,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from kit.db import Queryable, Statement
from subgraphs.videos.models import LIMITS, Upload, VideoStatus
from subgraphs.videos.repository.rows import read_upload
from subgraphs.videos.tables import uploads, videos

_ADDED = (
    "upload_id",
    "video_id",
    "author_id",
    "object_key",
    "content_type",
    "size_bytes",
    "part_size_bytes",
    "sha256",
    "expires_at",
    "check_at",
    "twin_id",
    "completed_at",
    "watermark",
)
_IS_OPEN = uploads.c.completed_at.is_(None) & uploads.c.expired_at.is_(None) & uploads.c.aborted_at.is_(None)
_HAS_FAILED = uploads.c.expired_at.is_not(None) | uploads.c.aborted_at.is_not(None)

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
_OPEN_OF_AUTHOR = Statement(
    select(uploads)
    .where(
        uploads.c.author_id == bindparam("author"),
        uploads.c.expires_at > func.now(),
        _IS_OPEN,
    )
    .order_by(uploads.c.created_at.desc())
    .limit(bindparam("size", type_=Integer()))
)
_SET_MULTIPART = Statement(
    uploads.update()
    .where(uploads.c.upload_id == bindparam("id"), uploads.c.s3_upload_id.is_(None), _IS_OPEN)
    .values(s3_upload_id=bindparam("s3_id"))
)


def _end(name: str) -> Statement:
    return Statement(
        uploads.update()
        .where(uploads.c.upload_id == bindparam("id"), _IS_OPEN)
        .values({name: func.now(), "check_at": bindparam("drop_at")})
    )


_COMPLETE = Statement(
    uploads.update().where(uploads.c.upload_id == bindparam("id"), _IS_OPEN).values(completed_at=func.now())
)
_EXPIRE = _end("expired_at")
_ABORT = _end("aborted_at")
_NOW = bindparam("now", type_=DateTime(timezone=True))
_FIRST_CHECK = literal(timedelta(seconds=LIMITS.first_check_s), Interval())
_CLAIM_DUE = Statement(
    uploads.update()
    .where(
        uploads.c.upload_id.in_(
            select(uploads.c.upload_id)
            .where(uploads.c.check_at <= _NOW, _IS_OPEN)
            .order_by(uploads.c.check_at)
            .limit(bindparam("size", type_=Integer()))
            .with_for_update(skip_locked=True)
        )
    )
    .values(
        check_at=func.least(
            _NOW + func.greatest(_NOW - uploads.c.created_at, _FIRST_CHECK),
            func.greatest(uploads.c.expires_at, _NOW + _FIRST_CHECK),
        )
    )
    .returning(uploads)
)
_EXPECT = Statement(
    uploads.update()
    .where(uploads.c.upload_id == bindparam("id"))
    .values(check_at=bindparam("until", type_=DateTime(timezone=True)))
)
_STALLED = Statement(
    select(uploads)
    .join(videos, videos.c.video_id == uploads.c.video_id)
    .where(
        videos.c.status == VideoStatus.PROCESSING.value,
        uploads.c.completed_at.is_not(None),
        uploads.c.check_at <= _NOW,
    )
    .order_by(uploads.c.check_at)
    .limit(bindparam("size", type_=Integer()))
)
_TO_DROP = Statement(
    select(uploads)
    .where(uploads.c.check_at <= _NOW, _HAS_FAILED, uploads.c.dropped_at.is_(None))
    .order_by(uploads.c.check_at)
    .limit(bindparam("size", type_=Integer()))
)
_IS_FILE_WANTED = Statement(
    select(
        select(uploads.c.upload_id)
        .join(videos, videos.c.video_id == uploads.c.video_id)
        .where(
            or_(uploads.c.upload_id == bindparam("id"), uploads.c.twin_id == bindparam("id")),
            videos.c.status != VideoStatus.DELETED.value,
        )
        .exists()
    )
)
_MARK_DROPPED = Statement(
    uploads.update().where(uploads.c.upload_id == bindparam("id")).values(dropped_at=func.now())
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
    sha256: bytes | None,
    expires_at: datetime,
    check_at: datetime,
    twin_id: UUID | None = None,
    completed_at: datetime | None = None,
    watermark: str | None = None,
) -> Upload:
    """One with a twin is completed from the start."""
    row = await db.fetch_one(
        _ADD_UPLOAD,
        upload_id=upload_id,
        video_id=video_id,
        author_id=author_id,
        object_key=object_key,
        content_type=content_type,
        size_bytes=size_bytes,
        part_size_bytes=part_size_bytes,
        sha256=sha256,
        expires_at=expires_at,
        check_at=check_at,
        twin_id=twin_id,
        completed_at=completed_at,
        watermark=watermark,
    )
    assert row is not None, "INSERT … RETURNING returns its row"
    return read_upload(row)


async def find_uploads(db: Queryable, upload_ids: Sequence[UUID]) -> Mapping[UUID, Upload]:
    rows = await db.fetch(_FIND_UPLOADS, upload_ids=upload_ids)
    return {row["upload_id"]: read_upload(row) for row in rows}


async def uploads_of_videos(db: Queryable, video_ids: Sequence[UUID]) -> Sequence[Upload]:
    return [read_upload(row) for row in await db.fetch(_OF_VIDEOS, video_ids=video_ids)]


async def open_uploads_of(db: Queryable, author_id: UUID, size: int) -> Sequence[Upload]:
    """Those that can still be sent, newest first."""
    return [read_upload(row) for row in await db.fetch(_OPEN_OF_AUTHOR, author=author_id, size=size)]


async def is_file_wanted(db: Queryable, upload_id: UUID) -> bool:
    """Whether a video that is not deleted was made of the file that this upload brought."""
    return bool(await db.fetch_value(_IS_FILE_WANTED, id=upload_id))


async def set_multipart(db: Queryable, upload_id: UUID, s3_upload_id: str) -> bool:
    """False if the upload has one, or has ended."""
    return await db.execute(_SET_MULTIPART, id=upload_id, s3_id=s3_upload_id) == 1


async def complete(db: Queryable, upload_id: UUID) -> bool:
    """False if the upload has ended before."""
    return await db.execute(_COMPLETE, id=upload_id) == 1


async def expire(db: Queryable, upload_id: UUID, drop_at: datetime) -> bool:
    """False if the upload has ended before. From ``drop_at`` on no URL of it is good any more."""
    return await db.execute(_EXPIRE, id=upload_id, drop_at=drop_at) == 1


async def abort(db: Queryable, upload_id: UUID, drop_at: datetime) -> bool:
    """False if the upload has ended before. From ``drop_at`` on no URL of it is good any more."""
    return await db.execute(_ABORT, id=upload_id, drop_at=drop_at) == 1


async def claim_due(db: Queryable, now: datetime, size: int) -> list[Upload]:
    """Open uploads to look after, due longest first; they fall due again later, the older the later."""
    return [read_upload(row) for row in await db.fetch(_CLAIM_DUE, now=now, size=size)]


async def expect_result(db: Queryable, upload_id: UUID, until: datetime) -> None:
    """The upload was handed on, and its video ought to be made by then."""
    await db.execute(_EXPECT, id=upload_id, until=until)


async def stalled(db: Queryable, now: datetime, size: int) -> list[Upload]:
    """Uploads whose video ought to be made by now and is still processing, longest first."""
    return [read_upload(row) for row in await db.fetch(_STALLED, now=now, size=size)]


async def to_drop(db: Queryable, now: datetime, size: int) -> list[Upload]:
    """Uploads that came to nothing and whose URLs are dead."""
    return [read_upload(row) for row in await db.fetch(_TO_DROP, now=now, size=size)]


async def mark_dropped(db: Queryable, upload_id: UUID) -> None:
    await db.execute(_MARK_DROPPED, id=upload_id)
