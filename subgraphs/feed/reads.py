"""The three feeds. A read has four stages: skeleton, hydrate, rules, present; the last two are pure.

skeleton   ordered candidates, from the cache or ranked anew
hydrate    what of them may still be shown (one statement)
rules      drop what may not, cut the page
present    edges and cursors
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from kit.graphql.connections import encode_cursor
from kit.resources import Resources
from subgraphs.feed import repository
from subgraphs.feed.caches import FeedCache
from subgraphs.feed.models import FIGURES, FeedPage, FeedPlace, Ranked
from subgraphs.feed.ranking import rank_hot, rank_trending

_SPARE = 10
RankedPosition = tuple[float, UUID]


async def for_you(
    resources: Resources, viewer_id: UUID | None, size: int, after: RankedPosition | None
) -> FeedPage:
    """Public videos by freshness and engagement, over the viewer's snapshot of 30 minutes."""
    skeleton = await _hot_skeleton(resources, viewer_id)
    return await _ranked_page(resources, skeleton, size, after)


async def trending(
    resources: Resources, category: str | None, size: int, after: RankedPosition | None
) -> FeedPage:
    """The top of the trending formula, of one category or of all."""
    skeleton = await trending_skeleton(resources, category)
    return await _ranked_page(resources, skeleton, size, after)


async def following(
    resources: Resources, viewer_id: UUID, size: int, after: tuple[datetime, UUID] | None
) -> FeedPage:
    """Videos of those whom the viewer follows, newest first. The statement holds the rules."""
    rows = await repository.following_page(resources.database, viewer_id, size + 1, after)
    places = [
        FeedPlace(video_id, encode_cursor(published_at.isoformat(), video_id.hex))
        for video_id, published_at in rows[:size]
    ]
    return FeedPage(places, has_next_page=len(rows) > size)


async def trending_skeleton(resources: Resources, category: str | None) -> list[Ranked]:
    """The cached list, or the list built now and cached."""
    cache = FeedCache(resources.cache, FIGURES)
    cached = await cache.trending(category or "global")
    return cached if cached is not None else await rebuild_trending(resources, category)


async def rebuild_trending(resources: Resources, category: str | None) -> list[Ranked]:
    """Computes the trending list of a scope and caches it."""
    candidates = await repository.engaged_candidates(resources.database, category, FIGURES.candidates)
    ranked = rank_trending(candidates, datetime.now(UTC), FIGURES)
    await FeedCache(resources.cache, FIGURES).keep_trending(category or "global", ranked)
    return ranked


async def _hot_skeleton(resources: Resources, viewer_id: UUID | None) -> list[Ranked]:
    """The viewer's snapshot. A new one starts as what everybody sees, since nothing in the ranking is theirs yet."""
    cache = FeedCache(resources.cache, FIGURES)
    snapshot = await cache.feed(viewer_id)
    if snapshot is None and viewer_id is not None:
        snapshot = await _hot_skeleton(resources, None)
        await cache.keep_feed(viewer_id, snapshot)
    elif snapshot is None:
        candidates = await repository.fresh_candidates(resources.database, FIGURES.candidates)
        snapshot = rank_hot(candidates, FIGURES)
        await cache.keep_feed(None, snapshot)
    return snapshot


async def _ranked_page(
    resources: Resources, skeleton: Sequence[Ranked], size: int, after: RankedPosition | None
) -> FeedPage:
    """Looks at no more of the skeleton than the page needs, and at a few more, since some may be gone."""
    rest, shown = _following_places(skeleton, after), list[Ranked]()
    step = size + _SPARE
    for start in range(0, len(rest), step):
        places = rest[start : start + step]
        alive = await repository.still_shown(resources.database, [place.video_id for place in places])
        shown += [place for place in places if place.video_id in alive]
        if len(shown) > size:
            break
    return _present(shown, size)


def _following_places(skeleton: Sequence[Ranked], after: RankedPosition | None) -> list[Ranked]:
    """Rules: what comes after a position in the order (score, id), descending."""
    if after is None:
        return list(skeleton)
    score, video_id = after
    return [place for place in skeleton if (place.score, place.video_id.hex) < (score, video_id.hex)]


def _present(places: Sequence[Ranked], size: int) -> FeedPage:
    page = [
        FeedPlace(place.video_id, encode_cursor(place.score, place.video_id.hex)) for place in places[:size]
    ]
    return FeedPage(page, has_next_page=len(places) > size)
