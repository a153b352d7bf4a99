"""SQL on the follow graph and its counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, Column, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from kit.db import Queryable, Statement
from subgraphs.social.models import Relation, UserCounters, ViewerUserState
from subgraphs.social.repository.paging import newest_first, read_relations
from subgraphs.social.repository.wanted import is_there, wanted
from subgraphs.social.tables import follows, user_counters

_ADD_FOLLOW = Statement(
    insert(follows)
    .values(follower_id=bindparam("follower_id"), followee_id=bindparam("followee_id"))
    .on_conflict_do_nothing()
)
_REMOVE_FOLLOW = Statement(
    follows.delete().where(
        follows.c.follower_id == bindparam("follower_id"), follows.c.followee_id == bindparam("followee_id")
    )
)
_first_follow_counts = insert(user_counters).values(
    user_id=bindparam("user_id"),
    follower_count=func.greatest(bindparam("followers", type_=BigInteger()), 0),
    following_count=func.greatest(bindparam("following", type_=BigInteger()), 0),
)
_ADD_TO_USER_COUNTERS = Statement(
    _first_follow_counts.on_conflict_do_update(
        index_elements=["user_id"],
        set_={
            "follower_count": user_counters.c.follower_count + bindparam("followers", type_=BigInteger()),
            "following_count": user_counters.c.following_count + bindparam("following", type_=BigInteger()),
        },
    )
)
_USER_COUNTERS_OF = Statement(
    select(user_counters).where(user_counters.c.user_id == func.any(bindparam("user_ids", type_=ARRAY(Uuid))))
)
_others = wanted("user_ids", "user_id")
_viewer_id = bindparam("viewer_id", type_=Uuid())
_VIEWER_RELATIONS = Statement(
    select(
        _others.c.user_id,
        is_there(
            follows.c.followee_id,
            follows.c.follower_id == _viewer_id,
            follows.c.followee_id == _others.c.user_id,
        ).label("is_following"),
        is_there(
            follows.c.follower_id,
            follows.c.follower_id == _others.c.user_id,
            follows.c.followee_id == _viewer_id,
        ).label("is_follower"),
    )
)


async def add_follow(db: Queryable, follower_id: UUID, followee_id: UUID) -> bool:
    """Whether it is new."""
    return await db.execute(_ADD_FOLLOW, follower_id=follower_id, followee_id=followee_id) == 1


async def remove_follow(db: Queryable, follower_id: UUID, followee_id: UUID) -> bool:
    """Whether it was there."""
    return await db.execute(_REMOVE_FOLLOW, follower_id=follower_id, followee_id=followee_id) == 1


async def count_follow(db: Queryable, follower_id: UUID, followee_id: UUID, change: int) -> None:
    """Adds ``change`` on both sides, rows locked in id order so that crossing follows can't deadlock."""
    changes = {
        follower_id: {"followers": 0, "following": change},
        followee_id: {"followers": change, "following": 0},
    }
    for user_id in sorted(changes):
        await db.execute(_ADD_TO_USER_COUNTERS, user_id=user_id, **changes[user_id])


async def user_counters_of(db: Queryable, user_ids: Sequence[UUID]) -> Mapping[UUID, UserCounters]:
    rows = await db.fetch(_USER_COUNTERS_OF, user_ids=user_ids)
    return {row["user_id"]: UserCounters(row["follower_count"], row["following_count"]) for row in rows}


async def viewer_user_states(
    db: Queryable, user_ids: Sequence[UUID], viewer_id: UUID
) -> Mapping[UUID, ViewerUserState]:
    """How the viewer and each user stand to each other."""
    rows = await db.fetch(_VIEWER_RELATIONS, user_ids=user_ids, viewer_id=viewer_id)
    return {
        row["user_id"]: ViewerUserState(is_following=row["is_following"], is_follower=row["is_follower"])
        for row in rows
    }


def _follow_page(mine: Column[UUID], theirs: Column[UUID], *, is_continued: bool) -> Statement:
    query = select(theirs.label("id"), follows.c.created_at).where(mine == bindparam("user_id"))
    return Statement(newest_first(query, follows.c.created_at, theirs, is_continued=is_continued))


_FOLLOW_PAGES = {
    (side, is_continued): _follow_page(
        follows.c.followee_id if side == "followers" else follows.c.follower_id,
        follows.c.follower_id if side == "followers" else follows.c.followee_id,
        is_continued=is_continued,
    )
    for side in ("followers", "following")
    for is_continued in (False, True)
}


async def follow_page(
    db: Queryable,
    side: Literal["followers", "following"],
    user_id: UUID,
    size: int,
    after: tuple[datetime, UUID] | None,
) -> list[Relation]:
    """Followers of a user, or whom they follow; newest first, after a (created_at, id) position."""
    return await read_relations(db, _FOLLOW_PAGES[side, after is not None], user_id, size, after)
