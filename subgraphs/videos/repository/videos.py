"""SQL on videos: one row each, whose revision grows with every change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    Update,
    Uuid,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from contracts.events import ProcessingStage
from kit.db import Queryable, Row, Statement
from subgraphs.videos.models import (
    Failure,
    Media,
    Metadata,
    ModerationStatus,
    StoredRendition,
    Video,
    VideoStatus,
)
from subgraphs.videos.repository.rows import media_columns, metadata_columns, read_video
from subgraphs.videos.tables import videos

_METADATA = (
    "title",
    "description",
    "category",
    "hashtags",
    "location",
    "visibility",
    "allow_comments",
    "allow_duet",
    "allow_stitch",
)
_MEDIA = (
    "playlist_key",
    "thumbnail_keys",
    "sprite_key",
    "duration_ms",
    "width",
    "height",
    "renditions",
    "manifest_key",
    "sprite_vtt_key",
    "preview_key",
    "blurhash",
    "thumbhash",
)
_STAGES = literal([stage.value for stage in ProcessingStage], ARRAY(Text))


def _parameters(names: Sequence[str]) -> dict[str, Any]:
    return {name: bindparam(name) for name in names}


def _change(*conditions: ColumnElement[bool], **values: Any) -> Update:
    """Changes the video :id if the conditions hold; its revision grows."""
    return (
        videos.update()
        .where(videos.c.video_id == bindparam("id", type_=Uuid()), *conditions)
        .values(values | {"revision": videos.c.revision + 1})
    )


_FIND_VIDEOS = Statement(
    select(videos).where(videos.c.video_id == func.any(bindparam("video_ids", type_=ARRAY(Uuid))))
)
_LOCK_VIDEO = Statement(select(videos).where(videos.c.video_id == bindparam("id")).with_for_update())
_ADD_VIDEO = Statement(
    insert(videos)
    .values(_parameters(("video_id", "author_id", *_METADATA)) | {"status": VideoStatus.UPLOADING.value})
    .returning(videos)
)
_SAVE_METADATA = Statement(_change(**_parameters(_METADATA)).returning(videos))
_START_PROCESSING = Statement(
    _change(
        videos.c.status == VideoStatus.UPLOADING.value,
        status=VideoStatus.PROCESSING.value,
        stage=ProcessingStage.QUEUED.value,
        percent=0,
    )
)


def _goes_on() -> ColumnElement[bool]:
    """The reported percent is higher, or it is the same in a later stage."""
    percent = bindparam("percent", type_=videos.c.percent.type)
    later_stage = func.array_position(_STAGES, bindparam("stage", type_=Text()), type_=Integer) > (
        func.coalesce(func.array_position(_STAGES, videos.c.stage, type_=Integer), 0)
    )
    return or_(videos.c.percent < percent, (videos.c.percent == percent) & later_stage)


_PROGRESS = Statement(
    _change(
        videos.c.status == VideoStatus.PROCESSING.value,
        _goes_on(),
        stage=bindparam("stage", type_=Text()),
        percent=bindparam("percent", type_=videos.c.percent.type),
        expected_at=bindparam("expected_at"),
    )
)
_PUBLISH = Statement(
    _change(
        videos.c.status == VideoStatus.PROCESSING.value,
        **_parameters(_MEDIA),
        status=VideoStatus.ACTIVE.value,
        stage=None,
        percent=100,
        expected_at=None,
        content_sha256=bindparam("content_sha256"),
        published_at=func.now(),
    ).returning(videos)
)
_KEEP_MEDIA_FOR_PURGE = Statement(
    _change(videos.c.status == VideoStatus.DELETED.value, **_parameters(_MEDIA), purged_at=None)
)
_FAIL = Statement(
    _change(
        videos.c.status == bindparam("from_status"),
        videos.c.attempt == bindparam("of_attempt"),
        status=VideoStatus.FAILED.value,
        stage=None,
        expected_at=None,
        failure_reason=bindparam("reason"),
        failure_message=bindparam("message"),
        failure_is_retryable=bindparam("is_retryable"),
    ).returning(videos)
)
_TRY_AGAIN = Statement(
    _change(
        videos.c.status == VideoStatus.FAILED.value,
        status=VideoStatus.PROCESSING.value,
        stage=ProcessingStage.QUEUED.value,
        percent=0,
        attempt=videos.c.attempt + 1,
        failure_reason=None,
        failure_message=None,
        failure_is_retryable=False,
    ).returning(videos)
)
_COMPLETE_RENDITIONS = Statement(
    _change(
        videos.c.playlist_key.is_not(None),
        videos.c.status != VideoStatus.DELETED.value,
        videos.c.renditions != bindparam("renditions", type_=videos.c.renditions.type),
        renditions=bindparam("renditions", type_=videos.c.renditions.type),
    )
)
_MARK_WATCHED_WIDELY = Statement(
    _change(
        videos.c.status == VideoStatus.ACTIVE.value,
        videos.c.watched_widely_at.is_(None),
        watched_widely_at=func.now(),
    ).returning(videos)
)
_BY_CONTENT = Statement(
    select(videos)
    .where(
        videos.c.author_id == bindparam("author"),
        videos.c.content_sha256 == bindparam("sha256"),
        videos.c.status == VideoStatus.ACTIVE.value,
    )
    .order_by(videos.c.created_at.desc())
    .limit(1)
)
_WITHDRAW = Statement(
    _change(
        videos.c.status == VideoStatus.ACTIVE.value,
        status=VideoStatus.REJECTED.value,
        moderation_status=ModerationStatus.REJECTED.value,
    ).returning(videos)
)
_DELETE = Statement(
    _change(
        videos.c.status != VideoStatus.DELETED.value,
        status=VideoStatus.DELETED.value,
        deleted_at=func.now(),
    ).returning(videos)
)


async def find_videos(db: Queryable, video_ids: Sequence[UUID]) -> Mapping[UUID, Video]:
    """By id, deleted ones too; what nobody made is missing."""
    rows = await db.fetch(_FIND_VIDEOS, video_ids=video_ids)
    return {row["video_id"]: read_video(row) for row in rows}


async def lock_video(db: Queryable, video_id: UUID) -> Video | None:
    """The video, locked until the transaction ends."""
    return _one(await db.fetch_one(_LOCK_VIDEO, id=video_id))


async def add_video(db: Queryable, video_id: UUID, author_id: UUID, metadata: Metadata) -> Video:
    """A new video whose file is on its way."""
    row = await db.fetch_one(_ADD_VIDEO, video_id=video_id, author_id=author_id, **metadata_columns(metadata))
    assert row is not None, "INSERT … RETURNING returns its row"
    return read_video(row)


async def save_metadata(db: Queryable, video_id: UUID, metadata: Metadata) -> Video:
    """The caller holds the video's lock."""
    row = await db.fetch_one(_SAVE_METADATA, id=video_id, **metadata_columns(metadata))
    assert row is not None, "the caller has locked this row"
    return read_video(row)


async def start_processing(db: Queryable, video_id: UUID) -> bool:
    """From uploading to processing; False from anywhere else."""
    return await db.execute(_START_PROCESSING, id=video_id) == 1


async def note_progress(
    db: Queryable, video_id: UUID, stage: ProcessingStage, percent: int, expected_at: datetime | None
) -> bool:
    """Forwards only, and only while the video is processing; whether anything changed."""
    touched = await db.execute(
        _PROGRESS, id=video_id, stage=stage.value, percent=percent, expected_at=expected_at
    )
    return touched == 1


async def publish(
    db: Queryable, video_id: UUID, media: Media, content_sha256: bytes | None = None
) -> Video | None:
    """From processing to active; None from anywhere else. The SHA-256 is that of the file it was made of."""
    return _one(
        await db.fetch_one(_PUBLISH, id=video_id, content_sha256=content_sha256, **media_columns(media))
    )


async def active_of_content(db: Queryable, author_id: UUID, sha256: bytes) -> Video | None:
    """The author's newest active video that was made of a file with this SHA-256."""
    return _one(await db.fetch_one(_BY_CONTENT, author=author_id, sha256=sha256))


async def keep_media_for_purge(db: Queryable, video_id: UUID, media: Media) -> None:
    """A video that was deleted while it was processed must lose what came out of that too."""
    await db.execute(_KEEP_MEDIA_FOR_PURGE, id=video_id, **media_columns(media))


async def fail(
    db: Queryable, video_id: UUID, failure: Failure, *, before: VideoStatus, attempt: int
) -> Video | None:
    """From ``before`` to failed; None from anywhere else, and of another attempt."""
    return _one(
        await db.fetch_one(
            _FAIL,
            id=video_id,
            from_status=before.value,
            of_attempt=attempt,
            reason=failure.reason,
            message=failure.message,
            is_retryable=failure.is_retryable,
        )
    )


async def try_again(db: Queryable, video_id: UUID) -> Video | None:
    """From failed to processing, as a further attempt; None from anywhere else."""
    return _one(await db.fetch_one(_TRY_AGAIN, id=video_id))


async def withdraw(db: Queryable, video_id: UUID) -> Video | None:
    """From active to rejected; None from anywhere else."""
    return _one(await db.fetch_one(_WITHDRAW, id=video_id))


async def delete(db: Queryable, video_id: UUID) -> Video | None:
    """None if it was deleted before."""
    return _one(await db.fetch_one(_DELETE, id=video_id))


def _one(row: Row | None) -> Video | None:
    return None if row is None else read_video(row)


async def complete_renditions(db: Queryable, video_id: UUID, renditions: Sequence[StoredRendition]) -> bool:
    """Whether that is news of a video that can be, or could be, watched."""
    return await db.execute(_COMPLETE_RENDITIONS, id=video_id, renditions=list(renditions)) == 1


async def mark_watched_widely(db: Queryable, video_id: UUID) -> Video | None:
    """The active video, the first time."""
    return _one(await db.fetch_one(_MARK_WATCHED_WIDELY, id=video_id))
