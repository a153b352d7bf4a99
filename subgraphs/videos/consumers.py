"""Facts that the videos domain reacts to. Every handler may run twice for the same fact, and out of order."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from contracts.events import (
    Envelope,
    Event,
    UserFollowed,
    UserUnfollowed,
    VideoChanged,
    VideoDeleted,
    VideoProcessed,
    VideoProcessingFailed,
    VideoProcessingProgressed,
    VideoPublished,
    VideoRenditionsCompleted,
    VideoViewed,
    VideoWithdrawn,
)
from kit.bus import ConsumerGroup
from kit.resources import Resources
from subgraphs.videos.caches import video_cache
from subgraphs.videos.models import Failure, VideoStatus
from subgraphs.videos.repository import fingerprints, friendships, videos
from subgraphs.videos.service import processing, recognising
from subgraphs.videos.service.gates import Gatekeeper
from subgraphs.videos.service.hints import tell_status
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.service.watching import is_worth_more_care, tell_watched_widely


def consumer_group(resources: Resources) -> ConsumerGroup:
    """Handlers by event type, as the group ``videos``."""
    reactions = _Reactions(resources)
    return ConsumerGroup(
        name="videos",
        handlers={
            VideoProcessingProgressed: reactions.note_progress,
            VideoProcessed: reactions.publish,
            VideoRenditionsCompleted: reactions.complete,
            VideoViewed: reactions.count_views,
            VideoProcessingFailed: reactions.fail,
            VideoPublished: reactions.settle,
            VideoChanged: reactions.settle,
            VideoWithdrawn: reactions.settle,
            VideoDeleted: reactions.settle,
            UserFollowed: reactions.hear_follow,
            UserUnfollowed: reactions.hear_unfollow,
        },
    )


def recognising_group(resources: Resources) -> ConsumerGroup:
    """What may take longer than people wait for a video, as the group ``videos.recognising``."""
    database = resources.database

    async def recognise(_: Envelope, event: Event) -> None:
        assert isinstance(event, VideoProcessed)
        await recognising.recognise(database, event)

    async def forget(_: Envelope, event: Event) -> None:
        assert isinstance(event, VideoDeleted)
        async with database.transaction() as tx:
            await fingerprints.drop(tx, event.video_id)

    return ConsumerGroup("videos.recognising", {VideoProcessed: recognise, VideoDeleted: forget})


class _Reactions:
    def __init__(self, resources: Resources) -> None:
        self._db = resources.database
        self._pubsub = resources.pubsub
        self._cache = video_cache(resources)
        self._gatekeeper = Gatekeeper(resources)
        self._store = RawStore(resources)
        self._widely = resources.settings.watched_widely_views

    async def note_progress(self, envelope: Envelope, event: Event) -> None:
        """Forwards only; what comes late says nothing new to anybody."""
        assert isinstance(event, VideoProcessingProgressed)
        rest = event.remaining_s
        expected_at = None if rest is None else envelope.occurred_at + timedelta(seconds=rest)
        if await videos.note_progress(self._db, event.video_id, event.stage, event.percent, expected_at):
            await self._tell_author(event.video_id)

    async def publish(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, VideoProcessed)
        async with self._db.transaction() as tx:
            published = await processing.publish_video(tx, event)
            if published is not None:
                await self._gatekeeper.tell(published)
        await self._tell_author(event.video_id)

    async def fail(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, VideoProcessingFailed)
        failure = Failure(event.reason, event.message, event.is_retryable)
        async with self._db.transaction() as tx:
            await processing.fail_video(
                tx, event.video_id, failure, before=VideoStatus.PROCESSING, attempt=event.attempt
            )
        await self._tell_author(event.video_id)

    async def complete(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, VideoRenditionsCompleted)
        async with self._db.transaction() as tx:
            await processing.complete_renditions(tx, event)
        await self._keep(event.video_id)
        await self._tell_author(event.video_id)

    async def count_views(self, _: Envelope, event: Event) -> None:
        """Hardly ever more than a look at the cache."""
        assert isinstance(event, VideoViewed)
        if event.view_count < self._widely:
            return
        video = (await self._cache.find([event.video_id])).get(event.video_id)
        if video is None or not is_worth_more_care(video):
            return
        async with self._db.transaction() as tx:
            told = await tell_watched_widely(tx, self._store, event.video_id)
        if told is not None:
            await self._cache.keep([told])

    async def settle(self, _: Envelope, event: Event) -> None:
        """What the cache and the origin know: the edge told them already, unless it died right after its commit."""
        assert isinstance(event, VideoPublished | VideoChanged | VideoWithdrawn | VideoDeleted)
        await self._gatekeeper.settle(event.video_id)
        await self._keep(event.video_id)

    async def hear_follow(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, UserFollowed)
        await friendships.hear_follow(
            self._db, event.follower_id, event.followee_id, event.occurred_at, is_following=True
        )

    async def hear_unfollow(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, UserUnfollowed)
        await friendships.hear_follow(
            self._db, event.follower_id, event.followee_id, event.occurred_at, is_following=False
        )

    async def _keep(self, video_id: UUID) -> None:
        found = await videos.find_videos(self._db, [video_id])
        await self._cache.keep(list(found.values()))

    async def _tell_author(self, video_id: UUID) -> None:
        """A hint after the commit, given again when the fact is."""
        await tell_status(self._pubsub, video_id)
