"""SQL on likes, saves, shares and views."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from kit.db import Queryable, Statement
from subgraphs.social.models import Reaction, Relation
from subgraphs.social.repository.paging import newest_first, read_relations
from subgraphs.social.tables import likes, saves, shares, views

_REACTIONS = {Reaction.LIKE: likes, Reaction.SAVE: saves}

_ADD_REACTION = {
    reaction: Statement(
        insert(table)
        .values(video_id=bindparam("video_id"), user_id=bindparam("user_id"))
        .on_conflict_do_nothing()
    )
    for reaction, table in _REACTIONS.items()
}
_REMOVE_REACTION = {
    reaction: Statement(
        table.delete().where(
            table.c.video_id == bindparam("video_id"), table.c.user_id == bindparam("user_id")
        )
    )
    for reaction, table in _REACTIONS.items()
}


async def add_reaction(db: Queryable, reaction: Reaction, video_id: UUID, user_id: UUID) -> bool:
    """Whether it is new."""
    return await db.execute(_ADD_REACTION[reaction], video_id=video_id, user_id=user_id) == 1


async def remove_reaction(db: Queryable, reaction: Reaction, video_id: UUID, user_id: UUID) -> bool:
    """Whether it was there."""
    return await db.execute(_REMOVE_REACTION[reaction], video_id=video_id, user_id=user_id) == 1


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

_ADD_SHARE = Statement(
    insert(shares).values({c: bindparam(c) for c in ("share_id", "video_id", "user_id", "channel")})
)
_ADD_VIEW = Statement(
    insert(views).values(
        {c: bindparam(c) for c in ("view_id", "video_id", "user_id", "watched_ms", "is_completed")}
    )
)


async def add_share(db: Queryable, share_id: UUID, video_id: UUID, user_id: UUID, channel: str) -> None:
    await db.execute(_ADD_SHARE, share_id=share_id, video_id=video_id, user_id=user_id, channel=channel)


async def add_view(
    db: Queryable, view_id: UUID, *, video_id: UUID, user_id: UUID, watched_ms: int, is_completed: bool
) -> None:
    await db.execute(
        _ADD_VIEW,
        view_id=view_id,
        video_id=video_id,
        user_id=user_id,
        watched_ms=watched_ms,
        is_completed=is_completed,
    )
