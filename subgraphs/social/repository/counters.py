"""SQL on the counters of videos."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, func
from sqlalchemy.dialects.postgresql import insert

from kit.db import Queryable, Row, Statement
from subgraphs.social.models import VideoCounters
from subgraphs.social.tables import video_counters

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


async def add_to_counters(db: Queryable, video_id: UUID, **changes: int) -> VideoCounters:
    """Adds to the named counts of one video and returns them all. Locks the row until the transaction ends."""
    amounts = dict.fromkeys(_COUNTS, 0) | changes
    row = await db.fetch_one(_ADD_TO_COUNTERS, video_id=video_id, **amounts)
    assert row is not None, "INSERT … ON CONFLICT DO UPDATE returns its row"
    return _counters(row)


def _counters(row: Row) -> VideoCounters:
    return VideoCounters(**{name: row[name] for name in (*_COUNTS, "revision")})
