"""Facts that feeds react to. Rows take the newest revision, so facts may come twice and in any order."""

from __future__ import annotations

from contracts.events import (
    CommentAdded,
    CommentDeleted,
    Envelope,
    Event,
    UserFollowed,
    UserUnfollowed,
    VideoChanged,
    VideoDeleted,
    VideoLiked,
    VideoPublished,
    VideoShared,
    VideoUnliked,
    VideoViewed,
    VideoWithdrawn,
    Visibility,
)
from kit.bus import ConsumerGroup
from kit.resources import Resources
from subgraphs.feed import repository
from subgraphs.feed.caches import FeedCache
from subgraphs.feed.models import FIGURES, Candidate, FeedVideo, Ranked
from subgraphs.feed.ranking import hot_score
from subgraphs.feed.reads import shown_videos

_COUNTED = (VideoLiked, VideoUnliked, VideoShared, VideoViewed, CommentAdded, CommentDeleted)


def consumer_group(resources: Resources) -> ConsumerGroup:
    """Handlers by event type, as the group ``feed``."""
    feeds = _Feeds(resources)
    return ConsumerGroup(
        name="feed",
        handlers={
            VideoPublished: feeds.show_new_video,
            VideoChanged: feeds.know_video,
            VideoDeleted: feeds.forget_video,
            VideoWithdrawn: feeds.forget_video,
            UserFollowed: feeds.know_follow,
            UserUnfollowed: feeds.know_follow,
            **dict.fromkeys(_COUNTED, feeds.know_counts),
        },
    )


class _Feeds:
    def __init__(self, resources: Resources) -> None:
        self._db = resources.database
        self._cache = FeedCache(resources.cache, FIGURES)
        self._shown = shown_videos(resources)

    async def show_new_video(self, envelope: Envelope, event: Event) -> None:
        """Knows the video, shows it to everybody, and pushes it to the author's followers when they are few enough
        (fan-out on write).
        """
        assert isinstance(event, VideoPublished)
        await self.know_video(envelope, event)
        if event.visibility is not Visibility.PUBLIC:
            return
        place = Ranked(event.video_id, hot_score(_just_published(event), FIGURES))
        await self._cache.push([None], place)
        followers = await repository.followers_of(self._db, event.author_id, FIGURES.push_below_followers)
        if len(followers) < FIGURES.push_below_followers:
            await self._cache.push([*followers, event.author_id], place)

    async def know_video(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, VideoPublished | VideoChanged)
        video = FeedVideo(
            video_id=event.video_id,
            author_id=event.author_id,
            visibility=event.visibility,
            category=event.category,
            published_at=event.published_at,
            is_active=True,
        )
        await self._know(video, event.revision)

    async def forget_video(self, envelope: Envelope, event: Event) -> None:
        """Leaves a tombstone, so that a late fact of an earlier state does not bring the video back."""
        assert isinstance(event, VideoDeleted | VideoWithdrawn)
        gone = FeedVideo(
            video_id=event.video_id,
            author_id=event.author_id,
            visibility=Visibility.PRIVATE,
            category=None,
            published_at=envelope.occurred_at,
            is_active=False,
        )
        await self._know(gone, event.revision)

    async def _know(self, video: FeedVideo, revision: int) -> None:
        await repository.upsert_video(self._db, video, revision)
        self._shown.forget([video.video_id])

    async def know_counts(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, _COUNTED)
        await repository.upsert_engagement(
            self._db,
            event.video_id,
            event.revision,
            view_count=event.view_count,
            like_count=event.like_count,
            comment_count=event.comment_count,
            share_count=event.share_count,
        )

    async def know_follow(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, UserFollowed | UserUnfollowed)
        await repository.upsert_follow(
            self._db,
            event.follower_id,
            event.followee_id,
            is_following=isinstance(event, UserFollowed),
            changed_at=event.occurred_at,
        )


def _just_published(event: VideoPublished) -> Candidate:
    return Candidate(
        video_id=event.video_id,
        author_id=event.author_id,
        published_at=event.published_at,
        category=event.category,
        view_count=0,
        like_count=0,
        comment_count=0,
        share_count=0,
    )
