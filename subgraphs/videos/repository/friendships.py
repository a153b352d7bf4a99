"""SQL on who is friends with whom: the follow graph as the social domain tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from kit.db import Queryable, Statement
from subgraphs.videos.tables import friendships

_row = insert(friendships).values({column.name: bindparam(column.name) for column in friendships.columns})
_HEAR = Statement(
    _row.on_conflict_do_update(
        index_elements=["follower_id", "followee_id"],
        set_={name: _row.excluded[name] for name in ("is_following", "changed_at")},
        where=friendships.c.changed_at < _row.excluded.changed_at,
    )
)
_back = friendships.alias("back")
_FRIENDS_AMONG = Statement(
    select(friendships.c.followee_id)
    .join(
        _back,
        (_back.c.follower_id == friendships.c.followee_id)
        & (_back.c.followee_id == friendships.c.follower_id),
    )
    .where(
        friendships.c.follower_id == bindparam("user"),
        friendships.c.followee_id == func.any(bindparam("others", type_=ARRAY(Uuid))),
        friendships.c.is_following,
        _back.c.is_following,
    )
)


async def hear_follow(
    db: Queryable, follower_id: UUID, followee_id: UUID, changed_at: datetime, *, is_following: bool
) -> None:
    """The latest word wins, in whatever order they come."""
    await db.execute(
        _HEAR,
        follower_id=follower_id,
        followee_id=followee_id,
        is_following=is_following,
        changed_at=changed_at,
    )


async def friends_among(db: Queryable, user_id: UUID, others: Sequence[UUID]) -> set[UUID]:
    """Those of ``others`` whom the user follows and who follow back."""
    rows = await db.fetch(_FRIENDS_AMONG, user=user_id, others=others)
    return {row["followee_id"] for row in rows}
