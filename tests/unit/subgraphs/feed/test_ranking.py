"""Feed order, by the figures of domain-facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import new_id
from subgraphs.feed.models import FIGURES, Candidate
from subgraphs.feed.ranking import hot_score, rank_hot, rank_trending, trending_score

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def candidate(*, age_h: float = 0, views: int = 0, likes: int = 0, shares: int = 0) -> Candidate:
    return Candidate(
        video_id=new_id(),
        author_id=UUID(int=1),
        published_at=NOW - timedelta(hours=age_h),
        category=None,
        view_count=views,
        like_count=likes,
        comment_count=0,
        share_count=shares,
    )


def test_trending_follows_the_formula() -> None:
    assert (
        trending_score(candidate(age_h=10, views=3, likes=4, shares=1), NOW, FIGURES)
        == 3000 + 2000 + 2000 - 500
    )


def test_trending_drops_what_scores_under_a_hundred_and_keeps_the_top_hundred() -> None:
    assert rank_trending([candidate(age_h=8, likes=1)], NOW, FIGURES)[0].score == 100
    assert rank_trending([candidate(age_h=8.1, likes=1), candidate()], NOW, FIGURES) == []
    many = rank_trending([candidate(views=n) for n in range(1, 151)], NOW, FIGURES)
    assert [place.score for place in many] == [1000.0 * n for n in range(150, 50, -1)]


def test_for_you_prefers_the_fresh_and_the_loved() -> None:
    old, fresh, loved = candidate(age_h=5), candidate(age_h=1), candidate(age_h=5, likes=100)
    order = [place.video_id for place in rank_hot([old, fresh, loved], FIGURES)]
    assert order == [loved.video_id, fresh.video_id, old.video_id]


def test_ten_times_the_engagement_weighs_as_much_as_a_decade_of_seconds() -> None:
    younger = candidate(likes=10)
    older = candidate(age_h=FIGURES.hot_decade_s / 3600, likes=100)
    assert abs(hot_score(younger, FIGURES) - hot_score(older, FIGURES)) < 1e-6


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 500)), max_size=150))
def test_a_feed_descends_strictly_and_is_never_over_full(ages_and_likes: list[tuple[int, int]]) -> None:
    ranked = rank_hot([candidate(age_h=age, likes=likes) for age, likes in ages_and_likes], FIGURES)
    places = [(place.score, place.video_id.hex) for place in ranked]
    assert places == sorted(places, reverse=True)
    assert len(set(places)) == len(places) <= FIGURES.feed_entries
