"""Likes: the row, the counter and the facts in one transaction; liking twice is liking once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CursorResult, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.peers.monolith.feed import videos_by_id
from benchmarks.peers.monolith.models import Counters, Like, Outbox, Video
from contracts.events import Event, NotificationKind, NotificationTriggered, VideoLiked, VideoUnliked
from contracts.events.base import encode_event

_COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")


async def like(session: AsyncSession, viewer_id: UUID, video_id: UUID) -> Video | None:
    """The video, None where there is none; the caller commits."""
    video = (await videos_by_id(session, [video_id])).get(video_id)
    if video is None:
        return None
    added = await session.execute(
        insert(Like).values(video_id=video_id, user_id=viewer_id).on_conflict_do_nothing()
    )
    assert isinstance(added, CursorResult)
    if added.rowcount:
        counters = await _count(session, video_id, 1)
        _emit(session, VideoLiked(**_counted(video, viewer_id, counters)))
        if video.author_id != viewer_id:
            _emit(session, _notification(video, viewer_id))
    return video


async def unlike(session: AsyncSession, viewer_id: UUID, video_id: UUID) -> Video | None:
    """The video, None where there is none; the caller commits."""
    video = (await videos_by_id(session, [video_id])).get(video_id)
    if video is None:
        return None
    removed = await session.execute(delete(Like).where(Like.video_id == video_id, Like.user_id == viewer_id))
    assert isinstance(removed, CursorResult)
    if removed.rowcount:
        counters = await _count(session, video_id, -1)
        _emit(session, VideoUnliked(**_counted(video, viewer_id, counters)))
    return video


async def _count(session: AsyncSession, video_id: UUID, change: int) -> Counters:
    row = insert(Counters).values(
        video_id=video_id, revision=1, **(dict.fromkeys(_COUNTS, 0) | {"like_count": max(change, 0)})
    )
    changed = row.on_conflict_do_update(
        index_elements=["video_id"],
        set_={"like_count": Counters.like_count + change, "revision": Counters.revision + 1},
    )
    counters: Counters | None = await session.scalar(
        changed.returning(Counters), execution_options={"populate_existing": True}
    )
    assert counters is not None, "an upsert returns its row"
    return counters


def _counted(video: Video, viewer_id: UUID, counters: Counters) -> dict[str, UUID | int]:
    counts = {name: getattr(counters, name) for name in (*_COUNTS, "revision")}
    return {"video_id": video.video_id, "author_id": video.author_id, "actor_id": viewer_id, **counts}


def _notification(video: Video, viewer_id: UUID) -> Event:
    return NotificationTriggered(
        recipient_id=video.author_id,
        kind=NotificationKind.VIDEO_LIKED,
        actor_id=viewer_id,
        video_id=video.video_id,
        dedupe_key=f"like:{video.video_id}:{viewer_id}",
    )


def _emit(session: AsyncSession, event: Event) -> None:
    event_id, payload = encode_event(event)
    session.add(Outbox(event_id=event_id, topic=str(event.topic), key=event.key(), payload=payload))
