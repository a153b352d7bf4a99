"""Reading a page of For You: the same candidates, scores and order as the platform's feed."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from math import log10
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from benchmarks.peers.monolith.models import Counters, Follow, Like, Save, Video

_CANDIDATES = 500
_ENTRIES = 100
_DECADE_S = 45_000


@dataclass(frozen=True, slots=True)
class Page:
    """Videos with their cursors, and what the viewer did to them."""

    videos: list[tuple[Video, str]]
    has_next_page: bool
    liked: set[UUID]
    saved: set[UUID]
    following: set[UUID]


async def for_you(session: AsyncSession, viewer_id: UUID, first: int) -> Page:
    candidates = (
        await session.execute(
            select(
                Video.video_id,
                Video.published_at,
                Counters.view_count,
                Counters.like_count,
                Counters.comment_count,
                Counters.share_count,
            )
            .outerjoin(Counters, Counters.video_id == Video.video_id)
            .where(Video.status == "active", Video.visibility == "public")
            .order_by(Video.published_at.desc(), Video.video_id.desc())
            .limit(_CANDIDATES)
        )
    ).all()
    ranked = sorted(
        (
            (
                log10(max(1.0, views * 0.1 + likes + comments * 2 + shares * 3)) + at.timestamp() / _DECADE_S,
                video_id,
            )
            for video_id, at, views, likes, comments, shares in candidates
        ),
        key=lambda place: (place[0], place[1].hex),
        reverse=True,
    )[:_ENTRIES]
    page = ranked[:first]
    ids = [video_id for _, video_id in page]
    query = (
        select(Video)
        .where(Video.video_id.in_(ids))
        .options(joinedload(Video.author), joinedload(Video.counters))
    )
    found = {video.video_id: video for video in (await session.scalars(query)).unique()}
    authors = {video.author_id for video in found.values()}
    return Page(
        videos=[(found[video_id], _cursor(score, video_id)) for score, video_id in page],
        has_next_page=len(ranked) > first,
        liked=await _reacted(session, Like, viewer_id, ids),
        saved=await _reacted(session, Save, viewer_id, ids),
        following=set(
            await session.scalars(
                select(Follow.followee_id).where(
                    Follow.follower_id == viewer_id, Follow.followee_id.in_(authors)
                )
            )
        ),
    )


async def _reacted(
    session: AsyncSession, kind: type[Like] | type[Save], viewer_id: UUID, ids: list[UUID]
) -> set[UUID]:
    query = select(kind.video_id).where(kind.user_id == viewer_id, kind.video_id.in_(ids))
    return set(await session.scalars(query))


def _cursor(score: float, video_id: UUID) -> str:
    position = json.dumps([score, video_id.hex], separators=(",", ":"))
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")
