"""SQL on videos: one row each, whose revision grows with every change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from subgraphs.videos.models import Failure, Media, Metadata, Video, VideoStatus
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
    )
)
_PUBLISH = Statement(
    _change(
        videos.c.status == VideoStatus.PROCESSING.value,
        **_parameters(_MEDIA),
        status=VideoStatus.ACTIVE.value,
        stage=None,
        percent=100,
        published_at=func.now(),
    ).returning(videos)
)
_KEEP_MEDIA_FOR_PURGE = Statement(
    _change(videos.c.status == VideoStatus.DELETED.value, **_parameters(_MEDIA), purged_at=None)
)
_FAIL = Statement(
    _change(
        videos.c.status == bindparam("from_status"),
        status=VideoStatus.FAILED.value,
        stage=None,
        failure_reason=bindparam("reason"),
        failure_message=bindparam("message"),
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


async def note_progress(db: Queryable, video_id: UUID, stage: ProcessingStage, percent: int) -> bool:
    """Forwards only, and only while the video is processing; whether anything changed."""
    return await db.execute(_PROGRESS, id=video_id, stage=stage.value, percent=percent) == 1


async def publish(db: Queryable, video_id: UUID, media: Media) -> Video | None:
    """From processing to active; None from anywhere else."""
    return _one(await db.fetch_one(_PUBLISH, id=video_id, **media_columns(media)))


async def keep_media_for_purge(db: Queryable, video_id: UUID, media: Media) -> None:
    """A video that was deleted while it was processed must lose what came out of that too."""
    await db.execute(_KEEP_MEDIA_FOR_PURGE, id=video_id, **media_columns(media))


async def fail(db: Queryable, video_id: UUID, failure: Failure, *, before: VideoStatus) -> Video | None:
    """From ``before`` to failed; None from anywhere else."""
    return _one(
        await db.fetch_one(
            _FAIL,
            id=video_id,
            from_status=before.value,
            reason=failure.reason,
            message=failure.message,
        )
    )


async def delete(db: Queryable, video_id: UUID) -> Video | None:
    """None if it was deleted before."""
    return _one(await db.fetch_one(_DELETE, id=video_id))


def _one(row: Row | None) -> Video | None:
    return None if row is None else read_video(row)
