"""SQL on likes, saves, shares and views."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from kit.db import Queryable, Statement
from subgraphs.social.models import Reaction, Relation, VideoCounters
from subgraphs.social.repository.counters import counted, run_counted
from subgraphs.social.repository.paging import newest_first, read_relations
from subgraphs.social.tables import likes, saves, shares, views

_REACTIONS = {Reaction.LIKE: likes, Reaction.SAVE: saves}

_COUNTED_AS = {Reaction.LIKE: "like_count", Reaction.SAVE: "save_count"}
_ADD_REACTION = {
    reaction: counted(
        insert(table)
        .values(video_id=bindparam("video_id"), user_id=bindparam("user_id"))
        .on_conflict_do_nothing()
        .returning(table.c.video_id),
        _COUNTED_AS[reaction],
        1,
    )
    for reaction, table in _REACTIONS.items()
}
_REMOVE_REACTION = {
    reaction: counted(
        delete(table)
        .where(table.c.video_id == bindparam("video_id"), table.c.user_id == bindparam("user_id"))
        .returning(table.c.video_id),
        _COUNTED_AS[reaction],
        -1,
    )
    for reaction, table in _REACTIONS.items()
}


async def add_reaction(
    db: Queryable, reaction: Reaction, video_id: UUID, user_id: UUID
) -> VideoCounters | None:
    """The video's counts with it; None when it was there."""
    return await run_counted(db, _ADD_REACTION[reaction], video_id=video_id, user_id=user_id)


async def remove_reaction(
    db: Queryable, reaction: Reaction, video_id: UUID, user_id: UUID
) -> VideoCounters | None:
    """The video's counts without it; None when it was not there."""
    return await run_counted(db, _REMOVE_REACTION[reaction], video_id=video_id, user_id=user_id)


def _reaction_page(reaction: Reaction, *, is_continued: bool) -> Statement:
    table = _REACTIONS[reaction]
    query = select(table.c.video_id.label("id"), table.c.created_at).where(
        table.c.user_id == bindparam("user_id")
    )
    return Statement(newest_first(query, table.c.created_at, table.c.video_id, is_continued=is_continued))


_REACTION_PAGES = {
    (reaction, is_continued): _reaction_page(reaction, is_continued=is_continued)
    for reaction in Reaction
    for is_continued in (False, True)
}


async def videos_reacted_to(
    db: Queryable, reaction: Reaction, user_id: UUID, size: int, after: tuple[datetime, UUID] | None
) -> list[Relation]:
    """Newest first, up to ``size``, after a (created_at, video_id) position."""
    return await read_relations(db, _REACTION_PAGES[reaction, after is not None], user_id, size, after)


# --- shares and views: facts that repeat

_ADD_SHARE = counted(
    insert(shares)
    .values({c: bindparam(c) for c in ("share_id", "video_id", "user_id", "channel")})
    .returning(shares.c.video_id),
    "share_count",
    1,
)
_ADD_VIEW = counted(
    insert(views)
    .values({c: bindparam(c) for c in ("view_id", "video_id", "user_id", "watched_ms", "is_completed")})
    .returning(views.c.video_id),
    "view_count",
    1,
)


async def add_share(
    db: Queryable, share_id: UUID, video_id: UUID, user_id: UUID, channel: str
) -> VideoCounters:
    """The video's counts with it."""
    counts = await run_counted(
        db, _ADD_SHARE, share_id=share_id, video_id=video_id, user_id=user_id, channel=channel
    )
    assert counts is not None, "a share is always new"
    return counts


async def add_view(
    db: Queryable, view_id: UUID, *, video_id: UUID, user_id: UUID, watched_ms: int, is_completed: bool
) -> VideoCounters:
    """The video's counts with it."""
    counts = await run_counted(
        db,
        _ADD_VIEW,
        view_id=view_id,
        video_id=video_id,
        user_id=user_id,
        watched_ms=watched_ms,
        is_completed=is_completed,
    )
    assert counts is not None, "a view is always new"
    return counts
