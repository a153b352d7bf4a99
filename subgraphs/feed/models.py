"""Rows and figures of the feed domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.events import Visibility


@dataclass(frozen=True, slots=True)
class FeedFigures:
    """The product's figures (domain-facts: Feeds)."""

    feed_entries: int = 100
    feed_ttl_s: int = 1800
    short_feed_below: int = 20
    short_feed_ttl_s: int = 30
    candidates: int = 500
    push_below_followers: int = 1000
    shown_for_s: float = 1.0
    """What a reader may be behind of a video that has just gone; its place is empty then."""
    trending_entries: int = 100
    trending_ttl_s: int = 300
    trending_every_s: int = 300
    trending_least_score: float = 100.0
    trending_per_view: float = 1000.0
    trending_per_like: float = 500.0
    trending_per_share: float = 2000.0
    trending_per_hour: float = -50.0
    hot_decade_s: float = 45_000.0
    """Ten times the engagement weighs as much as being this much younger."""


FIGURES = FeedFigures()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A video that could be shown, with what ranking needs. Counts lag by the time an event takes."""

    video_id: UUID
    author_id: UUID
    published_at: datetime
    category: str | None
    view_count: int
    like_count: int
    comment_count: int
    share_count: int


@dataclass(frozen=True, slots=True)
class FeedVideo:
    """What the feed knows of a published video."""

    video_id: UUID
    author_id: UUID
    visibility: Visibility
    category: str | None
    published_at: datetime
    is_active: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in a ranked feed: higher scores first, ties by newer id."""

    video_id: UUID
    score: float


RankedPosition = tuple[float, UUID]
"""(score, video) of a place."""


def places_after(places: Sequence[Ranked], after: RankedPosition | None) -> list[Ranked]:
    """What comes after a position in the order (score, id), descending; all without one."""
    if after is None:
        return list(places)
    score, video_id = after
    return [place for place in places if (place.score, place.video_id.hex) < (score, video_id.hex)]


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """A video's place in a feed, and the cursor to go on from it."""

    video_id: UUID
    cursor: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    places: list[FeedPlace]
    has_next_page: bool
