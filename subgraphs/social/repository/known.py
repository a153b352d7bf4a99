"""SQL on what social knows of users and videos from other domains' facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from contracts.events import Visibility
from kit.db import Queryable, Row, Statement
from subgraphs.social.models import KnownVideo
from subgraphs.social.tables import users, videos

_ADD_USER = Statement(insert(users).values(user_id=bindparam("user_id")).on_conflict_do_nothing())
_USER_EXISTS = Statement(select(users.c.user_id).where(users.c.user_id == bindparam("user_id")))
_FIND_VIDEOS = Statement(
    select(videos).where(videos.c.video_id == func.any(bindparam("video_ids", type_=ARRAY(Uuid))))
)
_FIND_VIDEO = Statement(select(videos).where(videos.c.video_id == bindparam("video_id")))
_video_row = insert(videos).values(
    {column.name: bindparam(column.name) for column in videos.columns},
)
_UPSERT_VIDEO = Statement(
    _video_row.on_conflict_do_update(
        index_elements=["video_id"],
        set_={
            column.name: _video_row.excluded[column.name]
            for column in videos.columns
            if column.name != "video_id"
        },
        where=videos.c.revision < _video_row.excluded.revision,
    )
)


async def add_user(db: Queryable, user_id: UUID) -> None:
    await db.execute(_ADD_USER, user_id=user_id)


async def user_exists(db: Queryable, user_id: UUID) -> bool:
    return await db.fetch_value(_USER_EXISTS, user_id=user_id) is not None


async def find_video(db: Queryable, video_id: UUID) -> KnownVideo | None:
    row = await db.fetch_one(_FIND_VIDEO, video_id=video_id)
    return None if row is None else _known_video(row)


async def find_videos(db: Queryable, video_ids: Sequence[UUID]) -> Mapping[UUID, KnownVideo]:
    rows = await db.fetch(_FIND_VIDEOS, video_ids=video_ids)
    return {row["video_id"]: _known_video(row) for row in rows}


def _known_video(row: Row) -> KnownVideo:
    return KnownVideo(
        video_id=row["video_id"],
        author_id=row["author_id"],
        visibility=Visibility(row["visibility"]),
        allow_comments=row["allow_comments"],
        is_active=row["is_active"],
    )


async def upsert_video(db: Queryable, video: KnownVideo, revision: int) -> None:
    """Takes a newer state of a video; an older revision changes nothing."""
    await db.execute(
        _UPSERT_VIDEO,
        video_id=video.video_id,
        author_id=video.author_id,
        visibility=video.visibility.value,
        allow_comments=video.allow_comments,
        is_active=video.is_active,
        revision=revision,
    )
