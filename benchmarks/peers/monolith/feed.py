"""Reading a page of For You: the same candidates, scores and order as the platform's feed."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from math import log10
from uuid import UUID

import orjson
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from benchmarks.peers.monolith.models import Counters, Video

_CANDIDATES = 500
_ENTRIES = 100
_DECADE_S = 45_000
_KEPT_S = 1800


async def for_you(
    session: AsyncSession, valkey: Redis, viewer_id: UUID, first: int
) -> tuple[list[tuple[Video, str]], bool]:
    """Videos, with author and counters, and their cursors; whether there are more."""
    places = await _places(session, valkey, viewer_id)
    found = await videos_by_id(session, [video_id for video_id, _ in places[:first]])
    page = [(found[video_id], _cursor(score, video_id)) for video_id, score in places if video_id in found]
    return page, len(places) > first


async def videos_by_id(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Video]:
    """Those that everybody may see, with author and counters."""
    query = (
        select(Video)
        .where(Video.video_id.in_(ids), Video.status == "active", Video.visibility == "public")
        .options(joinedload(Video.author), joinedload(Video.counters))
    )
    return {video.video_id: video for video in await session.scalars(query)}


async def _places(session: AsyncSession, valkey: Redis, viewer_id: UUID) -> list[tuple[UUID, float]]:
    """The viewer's ranking, the same for half an hour."""
    key = f"monolith:feed:{viewer_id}"
    kept = await valkey.get(key)
    if kept is not None:
        return [(UUID(hex=hex_id), score) for hex_id, score in orjson.loads(kept)]
    ranked = await _rank(session)
    await valkey.set(key, orjson.dumps([(video_id.hex, score) for video_id, score in ranked]), ex=_KEPT_S)
    return ranked


async def _rank(session: AsyncSession) -> list[tuple[UUID, float]]:
    query = (
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
    ranked = [
        (
            video_id,
            log10(max(1.0, views * 0.1 + likes + comments * 2 + shares * 3)) + at.timestamp() / _DECADE_S,
        )
        for video_id, at, views, likes, comments, shares in await session.execute(query)
    ]
    return sorted(ranked, key=lambda place: (place[1], place[0].hex), reverse=True)[:_ENTRIES]


def _cursor(score: float, video_id: UUID) -> str:
    position = json.dumps([score, video_id.hex], separators=(",", ":"))
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")
