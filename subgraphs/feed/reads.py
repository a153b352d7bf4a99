"""The three feeds. A read has four stages: skeleton, hydrate, rules, present; the last two are pure.

skeleton   ordered candidates, from the cache or ranked anew
hydrate    what of them may still be shown (one statement, unless others have just asked)
rules      drop what may not, cut the page
present    edges and cursors
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from kit.graphql.connections import encode_cursor
from kit.local import LocalCache
from kit.resources import Resources
from subgraphs.feed import repository
from subgraphs.feed.caches import FeedCache
from subgraphs.feed.models import FIGURES, FeedPage, FeedPlace, Ranked, RankedPosition, places_after
from subgraphs.feed.ranking import rank_hot, rank_trending

KeyT = TypeVar("KeyT")

_SPARE = 10
_Read = Callable[[RankedPosition | None, int], Awaitable[Sequence[Ranked]]]
"""(after, count) → the next places; fewer than ``count`` at the end."""


async def for_you(
    resources: Resources, viewer_id: UUID | None, size: int, after: RankedPosition | None
) -> FeedPage:
    """Public videos by freshness and engagement, over the viewer's snapshot of 30 minutes."""
    cache = FeedCache(resources.cache, FIGURES)

    async def read(after: RankedPosition | None, count: int) -> Sequence[Ranked]:
        places = await cache.feed(viewer_id, after, count)
        if places is None:
            places = places_after(await _new_snapshot(resources, viewer_id), after)[:count]
        return places

    return await _ranked_page(resources, read, size, after)


async def trending(
    resources: Resources, category: str | None, size: int, after: RankedPosition | None
) -> FeedPage:
    """The top of the trending formula, of one category or of all."""
    cache = FeedCache(resources.cache, FIGURES)

    async def read(after: RankedPosition | None, count: int) -> Sequence[Ranked]:
        places = await cache.trending(category or "global", after, count)
        if places is None:
            ranked = await _built(resources, "feed.trending", rebuild_trending, category)
            places = places_after(ranked, after)[:count]
        return places

    return await _ranked_page(resources, read, size, after)


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


async def rebuild_trending(resources: Resources, category: str | None) -> list[Ranked]:
    """Computes the trending list of a scope and caches it."""
    candidates = await repository.engaged_candidates(resources.database, category, FIGURES.candidates)
    ranked = rank_trending(candidates, datetime.now(UTC), FIGURES)
    await FeedCache(resources.cache, FIGURES).keep_trending(category or "global", ranked)
    return ranked


async def _new_snapshot(resources: Resources, viewer_id: UUID | None) -> list[Ranked]:
    """A viewer's starts as what everybody sees, since nothing in the ranking is theirs yet."""
    if viewer_id is None:
        return await _built(resources, "feed.everybody", _rank_for_everybody, None)
    cache = FeedCache(resources.cache, FIGURES)
    snapshot = await cache.feed(None, None, FIGURES.feed_entries)
    if snapshot is None:
        snapshot = await _new_snapshot(resources, None)
    await cache.keep_feed(viewer_id, snapshot)
    return snapshot


async def _rank_for_everybody(resources: Resources, _: None) -> list[Ranked]:
    ranked = rank_hot(await repository.fresh_candidates(resources.database, FIGURES.candidates), FIGURES)
    await FeedCache(resources.cache, FIGURES).keep_feed(None, ranked)
    return ranked


async def _built(
    resources: Resources,
    name: str,
    build: Callable[[Resources, KeyT], Awaitable[list[Ranked]]],
    key: KeyT,
) -> list[Ranked]:
    """Everybody whose list has just run out shares one ranking of it."""

    async def load(keys: Sequence[KeyT]) -> Mapping[KeyT, list[Ranked]]:
        return {each: await build(resources, each) for each in keys}

    return (await resources.local.of_moments(name, load, ttl_s=0).find([key]))[key]


def shown_videos(resources: Resources) -> LocalCache[UUID, bool]:
    """Whether a video is still there and public."""
    return resources.local.of_moments(
        "feed.shown", partial(_read_shown, resources), ttl_s=FIGURES.shown_for_s
    )


async def _read_shown(resources: Resources, video_ids: Sequence[UUID]) -> Mapping[UUID, bool]:
    shown = await repository.still_shown(resources.database, video_ids)
    return {video_id: video_id in shown for video_id in video_ids}


async def _ranked_page(
    resources: Resources, read: _Read, size: int, after: RankedPosition | None
) -> FeedPage:
    """Looks at no more of the skeleton than the page needs, and at a few more, since some may be gone."""
    shown, step = list[Ranked](), size + _SPARE
    while True:
        places = await read(after, step)
        is_shown = await shown_videos(resources).find([place.video_id for place in places])
        shown += [place for place in places if is_shown[place.video_id]]
        if len(shown) > size or len(places) < step:
            return _present(shown, size)
        after = places[-1].score, places[-1].video_id


def _present(places: Sequence[Ranked], size: int) -> FeedPage:
    page = [
        FeedPlace(place.video_id, encode_cursor(place.score, place.video_id.hex)) for place in places[:size]
    ]
    return FeedPage(page, has_next_page=len(places) > size)
