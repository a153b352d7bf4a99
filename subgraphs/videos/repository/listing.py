"""SQL on lists of videos: an author's page, and what is to be purged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from contracts.events import Visibility
from kit.db import Queryable, Statement
from subgraphs.videos.models import Video, VideoStatus
from subgraphs.videos.repository.rows import read_video
from subgraphs.videos.tables import videos

_ALL_BUT_DELETED = [status.value for status in VideoStatus if status is not VideoStatus.DELETED]


def _author_page(*, is_continued: bool) -> Statement:
    query = select(videos).where(
        videos.c.author_id == bindparam("author"),
        videos.c.status == func.any(bindparam("statuses", type_=ARRAY(Text))),
        videos.c.visibility == func.any(bindparam("visibilities", type_=ARRAY(Text))),
    )
    if is_continued:
        position = tuple_(
            bindparam("created_at", type_=videos.c.created_at.type), bindparam("id", type_=Uuid())
        )
        query = query.where(tuple_(videos.c.created_at, videos.c.video_id) < position)
    return Statement(
        query.order_by(videos.c.created_at.desc(), videos.c.video_id.desc()).limit(
            bindparam("size", type_=Integer())
        )
    )


_AUTHOR_PAGES = {is_continued: _author_page(is_continued=is_continued) for is_continued in (False, True)}
_TO_PURGE = Statement(
    select(videos)
    .where(
        videos.c.deleted_at < bindparam("before", type_=videos.c.deleted_at.type),
        videos.c.purged_at.is_(None),
    )
    .order_by(videos.c.deleted_at)
    .limit(bindparam("size", type_=Integer()))
)
_MARK_PURGED = Statement(
    videos.update()
    .where(videos.c.video_id == bindparam("id"), videos.c.revision == bindparam("seen_revision"))
    .values(purged_at=func.now())
)


async def videos_of_author(
    db: Queryable,
    author_id: UUID,
    visibilities: Sequence[Visibility],
    size: int,
    after: tuple[datetime, UUID] | None,
    *,
    only_active: bool,
) -> list[Video]:
    """Newest first, after a (created_at, video_id) position; never a deleted one."""
    position = {} if after is None else {"created_at": after[0], "id": after[1]}
    rows = await db.fetch(
        _AUTHOR_PAGES[after is not None],
        author=author_id,
        statuses=[VideoStatus.ACTIVE.value] if only_active else _ALL_BUT_DELETED,
        visibilities=[visibility.value for visibility in visibilities],
        size=size,
        **position,
    )
    return [read_video(row) for row in rows]


async def videos_to_purge(db: Queryable, deleted_before: datetime, size: int) -> list[Video]:
    """Longest deleted first."""
    return [read_video(row) for row in await db.fetch(_TO_PURGE, before=deleted_before, size=size)]


async def mark_purged(db: Queryable, video: Video) -> None:
    """Unless the row has changed since it was read."""
    await db.execute(_MARK_PURGED, id=video.video_id, seen_revision=video.revision)
