"""SQL on the counters of videos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from kit.db import Queryable, Row, Statement
from subgraphs.social.models import VideoCounters
from subgraphs.social.tables import video_counters

_VIDEO_IDS = func.any(bindparam("video_ids", type_=ARRAY(Uuid)))

_COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
_COUNTER_COLUMNS = [video_counters.c[name] for name in (*_COUNTS, "revision")]
_first_counts = insert(video_counters).values(
    video_id=bindparam("video_id"),
    revision=1,
    **{name: func.greatest(bindparam(name, type_=video_counters.c[name].type), 0) for name in _COUNTS},
)
_ADD_TO_COUNTERS = Statement(
    _first_counts.on_conflict_do_update(
        index_elements=["video_id"],
        set_={
            "revision": video_counters.c.revision + 1,
            **{
                name: video_counters.c[name] + bindparam(name, type_=video_counters.c[name].type)
                for name in _COUNTS
            },
        },
    ).returning(*_COUNTER_COLUMNS)
)
_COUNTERS_OF = Statement(
    select(video_counters.c.video_id, *_COUNTER_COLUMNS).where(video_counters.c.video_id == _VIDEO_IDS)
)


async def add_to_counters(db: Queryable, video_id: UUID, **changes: int) -> VideoCounters:
    """Adds to the named counts of one video and returns them all. Locks the row until the transaction ends."""
    amounts = dict.fromkeys(_COUNTS, 0) | changes
    row = await db.fetch_one(_ADD_TO_COUNTERS, video_id=video_id, **amounts)
    assert row is not None, "INSERT … ON CONFLICT DO UPDATE returns its row"
    return _counters(row)


async def counters_of(db: Queryable, video_ids: Sequence[UUID]) -> Mapping[UUID, VideoCounters]:
    """Counts by video; a video that nothing happened to is left out."""
    rows = await db.fetch(_COUNTERS_OF, video_ids=video_ids)
    return {row["video_id"]: _counters(row) for row in rows}


def _counters(row: Row) -> VideoCounters:
    return VideoCounters(**{name: row[name] for name in (*_COUNTS, "revision")})
