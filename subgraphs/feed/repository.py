"""The only SQL on the feed schema."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Select,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.dialects.postgresql.dml import Insert

from contracts.events import Visibility
from kit.db import Queryable, Statement
from subgraphs.feed.models import Candidate, FeedVideo
from subgraphs.feed.tables import engagement, follows, videos

_COUNTS = ("view_count", "like_count", "comment_count", "share_count")


def _take_newer(row: Insert, keys: Sequence[str], clock: str) -> Statement:
    """An upsert that only a later state of the same row wins."""
    table = row.table
    changed = {c.name: row.excluded[c.name] for c in table.columns if c.name not in keys}
    newer = table.c[clock] < row.excluded[clock]
    return Statement(row.on_conflict_do_update(index_elements=keys, set_=changed, where=newer))


def _row_of(table: object) -> Insert:
    columns = table.columns  # type: ignore[attr-defined]
    return insert(table).values({c.name: bindparam(c.name) for c in columns})  # type: ignore[arg-type]


_UPSERT_VIDEO = _take_newer(_row_of(videos), ["video_id"], "revision")
_UPSERT_ENGAGEMENT = _take_newer(_row_of(engagement), ["video_id"], "revision")
_UPSERT_FOLLOW = _take_newer(_row_of(follows), ["follower_id", "followee_id"], "changed_at")


async def upsert_video(db: Queryable, video: FeedVideo, revision: int) -> None:
    """Takes a newer state of a video; an older revision changes nothing."""
    await db.execute(
        _UPSERT_VIDEO,
        video_id=video.video_id,
        author_id=video.author_id,
        visibility=video.visibility.value,
        category=video.category,
        published_at=video.published_at,
        is_active=video.is_active,
        revision=revision,
    )


async def upsert_engagement(db: Queryable, video_id: UUID, revision: int, **counts: int) -> None:
    """Takes newer counts (view_count, like_count, comment_count, share_count) of a video."""
    await db.execute(_UPSERT_ENGAGEMENT, video_id=video_id, revision=revision, **counts)


async def upsert_follow(
    db: Queryable, follower_id: UUID, followee_id: UUID, *, is_following: bool, changed_at: datetime
) -> None:
    """Takes the newer of what is known of one pair of people."""
    await db.execute(
        _UPSERT_FOLLOW,
        follower_id=follower_id,
        followee_id=followee_id,
        is_following=is_following,
        changed_at=changed_at,
    )


_IS_SHOWN = and_(videos.c.is_active, videos.c.visibility == Visibility.PUBLIC.value)


def _candidates() -> Select[tuple[object, ...]]:
    return select(
        videos.c.video_id,
        videos.c.author_id,
        videos.c.published_at,
        videos.c.category,
        *(func.coalesce(engagement.c[name], 0).label(name) for name in _COUNTS),
    ).select_from(videos.outerjoin(engagement, engagement.c.video_id == videos.c.video_id))


_FRESH = Statement(
    _candidates()
    .where(_IS_SHOWN)
    .order_by(videos.c.published_at.desc(), videos.c.video_id.desc())
    .limit(bindparam("size"))
)
_MOST_ENGAGED = Statement(
    _candidates()
    .where(
        _IS_SHOWN,
        or_(
            bindparam("category", type_=videos.c.category.type).is_(None),
            videos.c.category == bindparam("category", type_=videos.c.category.type),
        ),
    )
    .order_by(
        (
            func.coalesce(engagement.c.view_count, 0) * 1000
            + func.coalesce(engagement.c.like_count, 0) * 500
            + func.coalesce(engagement.c.share_count, 0) * 2000
        ).desc()
    )
    .limit(bindparam("size"))
)
_STILL_SHOWN = Statement(
    select(videos.c.video_id).where(
        _IS_SHOWN, videos.c.video_id == func.any(bindparam("video_ids", type_=ARRAY(Uuid)))
    )
)


async def fresh_candidates(db: Queryable, size: int) -> list[Candidate]:
    """The newest public videos with their counts."""
    return [Candidate(**dict(row)) for row in await db.fetch(_FRESH, size=size)]


async def engaged_candidates(db: Queryable, category: str | None, size: int) -> list[Candidate]:
    """The public videos with the most engagement, of one category or of all."""
    return [Candidate(**dict(row)) for row in await db.fetch(_MOST_ENGAGED, category=category, size=size)]


async def still_shown(db: Queryable, video_ids: Sequence[UUID]) -> set[UUID]:
    """Those of a cached feed that are still there and public."""
    return {row["video_id"] for row in await db.fetch(_STILL_SHOWN, video_ids=video_ids)}


_back = follows.alias("back")
_is_friend = exists().where(
    _back.c.follower_id == videos.c.author_id,
    _back.c.followee_id == bindparam("viewer_id"),
    _back.c.is_following,
)


def _following(*, is_continued: bool) -> Statement:
    query = (
        select(videos.c.video_id, videos.c.published_at)
        .join(follows, follows.c.followee_id == videos.c.author_id)
        .where(
            follows.c.follower_id == bindparam("viewer_id"),
            follows.c.is_following,
            videos.c.is_active,
            or_(
                videos.c.visibility == Visibility.PUBLIC.value,
                and_(videos.c.visibility == Visibility.FRIENDS.value, _is_friend),
            ),
        )
    )
    if is_continued:
        position = tuple_(
            bindparam("published_at", type_=videos.c.published_at.type), bindparam("video_id", type_=Uuid())
        )
        query = query.where(tuple_(videos.c.published_at, videos.c.video_id) < position)
    newest_first = (videos.c.published_at.desc(), videos.c.video_id.desc())
    return Statement(query.order_by(*newest_first).limit(bindparam("size")))


_FOLLOWING = {is_continued: _following(is_continued=is_continued) for is_continued in (False, True)}


async def following_page(
    db: Queryable, viewer_id: UUID, size: int, after: tuple[datetime, UUID] | None
) -> list[tuple[UUID, datetime]]:
    """(video, published_at) of those whom the viewer follows, newest first, after a position."""
    position = {} if after is None else {"published_at": after[0], "video_id": after[1]}
    rows = await db.fetch(_FOLLOWING[after is not None], viewer_id=viewer_id, size=size, **position)
    return [(row["video_id"], row["published_at"]) for row in rows]


_FOLLOWERS = Statement(
    select(follows.c.follower_id)
    .where(follows.c.followee_id == bindparam("user_id"), follows.c.is_following)
    .limit(bindparam("size"))
)


async def followers_of(db: Queryable, user_id: UUID, size: int) -> list[UUID]:
    """Up to ``size`` followers, in no order."""
    return [row["follower_id"] for row in await db.fetch(_FOLLOWERS, user_id=user_id, size=size)]
