"""How feeds are ordered. Pure: figures in, scores out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import log10

from subgraphs.feed.models import Candidate, FeedFigures, Ranked


def hot_score(candidate: Candidate, figures: FeedFigures) -> float:
    """Freshness and engagement in one number that does not change with the clock.

    The logarithm of weighted engagement plus the time of publication, so a page can go on from a score
    (https://www.evanmiller.org/deriving-the-reddit-formula.html).
    """
    engagement = (
        candidate.view_count * 0.1
        + candidate.like_count
        + candidate.comment_count * 2
        + candidate.share_count * 3
    )
    return log10(max(1.0, engagement)) + candidate.published_at.timestamp() / figures.hot_decade_s


def trending_score(candidate: Candidate, now: datetime, figures: FeedFigures) -> float:
    """views×1000 + likes×500 + shares×2000 − age_hours×50 (domain-facts: Feeds)."""
    age_hours = (now - candidate.published_at).total_seconds() / 3600
    return (
        candidate.view_count * figures.trending_per_view
        + candidate.like_count * figures.trending_per_like
        + candidate.share_count * figures.trending_per_share
        + age_hours * figures.trending_per_hour
    )


def rank_hot(candidates: Iterable[Candidate], figures: FeedFigures) -> list[Ranked]:
    """The best of the candidates, best first, as many as a feed keeps."""
    ranked = [Ranked(candidate.video_id, hot_score(candidate, figures)) for candidate in candidates]
    return _best(ranked)[: figures.feed_entries]


def rank_trending(candidates: Iterable[Candidate], now: datetime, figures: FeedFigures) -> list[Ranked]:
    """The top of what scores enough, best first."""
    ranked = [
        Ranked(candidate.video_id, score)
        for candidate in candidates
        if (score := trending_score(candidate, now, figures)) >= figures.trending_least_score
    ]
    return _best(ranked)[: figures.trending_entries]


def _best(ranked: list[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda place: (place.score, place.video_id.hex), reverse=True)
