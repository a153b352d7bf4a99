"""SQL on comments and their threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Column, Integer, Uuid, bindparam, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from kit.db import Queryable, Statement
from subgraphs.social.models import Comment
from subgraphs.social.tables import comments

Place = tuple[UUID, UUID | None]
"""Whose thread (a video or a comment), and the comment after which to read."""

_ADD_COMMENT = Statement(
    insert(comments).values(
        {c: bindparam(c) for c in ("comment_id", "video_id", "author_id", "parent_id", "body")}
    )
)
_COUNT_REPLY = Statement(
    update(comments)
    .where(comments.c.comment_id == bindparam("for_comment_id"))
    .values(reply_count=comments.c.reply_count + bindparam("change", type_=Integer()))
)
_DELETE_COMMENT = Statement(
    update(comments)
    .where(comments.c.comment_id == bindparam("for_comment_id"), comments.c.deleted_at.is_(None))
    .values(deleted_at=func.now(), body="")
)
_COMMENTS_BY_ID = Statement(
    select(comments).where(comments.c.comment_id == func.any(bindparam("comment_ids", type_=ARRAY(Uuid))))
)


async def add_comment(
    db: Queryable, comment_id: UUID, *, video_id: UUID, author_id: UUID, parent_id: UUID | None, body: str
) -> None:
    await db.execute(
        _ADD_COMMENT,
        comment_id=comment_id,
        video_id=video_id,
        author_id=author_id,
        parent_id=parent_id,
        body=body,
    )
    if parent_id is not None:
        await db.execute(_COUNT_REPLY, for_comment_id=parent_id, change=1)


async def delete_comment(db: Queryable, comment: Comment) -> bool:
    """Soft-deletes: the text goes, the place in the thread stays. Whether it was still there."""
    if await db.execute(_DELETE_COMMENT, for_comment_id=comment.comment_id) == 0:
        return False
    if comment.parent_id is not None:
        await db.execute(_COUNT_REPLY, for_comment_id=comment.parent_id, change=-1)
    return True


async def comments_by_id(db: Queryable, comment_ids: Sequence[UUID]) -> Mapping[UUID, Comment]:
    rows = await db.fetch(_COMMENTS_BY_ID, comment_ids=comment_ids)
    return {row["comment_id"]: Comment(**dict(row)) for row in rows}


def _thread_pages(owner: Column[UUID], *, are_newest_first: bool, only_top: bool) -> Statement:
    """One page of comments for each of several owners (videos or parent comments), each after its own cursor."""
    owners = (
        func.unnest(bindparam("owner_ids", type_=ARRAY(Uuid)), bindparam("after_ids", type_=ARRAY(Uuid)))
        .table_valued("owner_id", "after_id")
        .render_derived(name="asked")
    )
    key = comments.c.comment_id
    comes_after = key < owners.c.after_id if are_newest_first else key > owners.c.after_id
    page = (
        select(comments)
        .where(owner == owners.c.owner_id, or_(owners.c.after_id.is_(None), comes_after))
        .where(comments.c.parent_id.is_(None) if only_top else true())
        .order_by(key.desc() if are_newest_first else key)
        .limit(bindparam("size"))
        .lateral("page")
    )
    return Statement(
        select(owners.c.owner_id, owners.c.after_id, page).select_from(owners.join(page, true()))
    )


_VIDEO_THREADS = _thread_pages(comments.c.video_id, are_newest_first=True, only_top=True)
_REPLY_THREADS = _thread_pages(comments.c.parent_id, are_newest_first=False, only_top=False)


async def comments_of_videos(
    db: Queryable, places: Sequence[Place], size: int
) -> Mapping[Place, list[Comment]]:
    """Top-level comments, newest first, up to ``size`` for each (video, after comment)."""
    return await _threads(db, _VIDEO_THREADS, places, size)


async def replies_of_comments(
    db: Queryable, places: Sequence[Place], size: int
) -> Mapping[Place, list[Comment]]:
    """Replies, oldest first, up to ``size`` for each (comment, after reply)."""
    return await _threads(db, _REPLY_THREADS, places, size)


async def _threads(
    db: Queryable, statement: Statement, places: Sequence[Place], size: int
) -> Mapping[Place, list[Comment]]:
    owner_ids, after_ids = [owner for owner, _ in places], [after for _, after in places]
    rows = await db.fetch(statement, owner_ids=owner_ids, after_ids=after_ids, size=size)
    pages: dict[Place, list[Comment]] = {}
    for row in rows:
        values = dict(row)
        place = (values.pop("owner_id"), values.pop("after_id"))
        pages.setdefault(place, []).append(Comment(**values))
    return pages
