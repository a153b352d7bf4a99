"""SQL on the counters of videos: a change and what it counts are one statement where they can be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Executable, bindparam, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.dialects.postgresql.dml import Insert
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert

from kit.db import Queryable, Row, Statement
from subgraphs.social.models import VideoCounters
from subgraphs.social.tables import video_counters

_COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
_COUNTER_COLUMNS = [video_counters.c[name] for name in (*_COUNTS, "revision")]
_ONE: Any = literal_column("1")


def _add(first_counts: Insert, name: str, amount: int) -> Executable:
    """Of the first that is counted of a video, or of one more; gives all its counts."""
    more = {
        name: video_counters.c[name] + literal_column(str(amount)),
        "revision": video_counters.c.revision + _ONE,
    }
    return first_counts.on_conflict_do_update(index_elements=["video_id"], set_=more).returning(
        *_COUNTER_COLUMNS
    )


def counted(change: ReturningInsert[Any] | ReturningDelete[Any], name: str, amount: int) -> Statement:
    """``change`` and, for the ``video_id`` that it returns, if any, ``amount`` more of the count ``name``."""
    changed = change.cte("changed")
    rows = select(changed.c.video_id, _ONE, literal_column(str(max(amount, 0))))
    return Statement(
        _add(insert(video_counters).from_select(["video_id", "revision", name], rows), name, amount)
    )


_ADD_COMMENTS = {
    amount: Statement(
        _add(
            insert(video_counters).values(
                video_id=bindparam("video_id"),
                revision=_ONE,
                comment_count=literal_column(str(max(amount, 0))),
            ),
            "comment_count",
            amount,
        )
    )
    for amount in (1, -1)
}


async def count_comment(db: Queryable, video_id: UUID, amount: int) -> VideoCounters:
    """Adds 1 or -1. Locks the counters until the transaction ends."""
    counts = await run_counted(db, _ADD_COMMENTS[amount], video_id=video_id)
    assert counts is not None, "INSERT … ON CONFLICT DO UPDATE returns its row"
    return counts


async def run_counted(db: Queryable, statement: Statement, **parameters: Any) -> VideoCounters | None:
    """The new counts, None when nothing changed. Locks the counters until the transaction ends."""
    row = await db.fetch_one(statement, **parameters)
    return None if row is None else _counters(row)


def _counters(row: Row) -> VideoCounters:
    return VideoCounters(**dict(row))
