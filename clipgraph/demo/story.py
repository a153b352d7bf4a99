"""The main job of the platform as one story, through the public API alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipgraph.demo import documents
from clipgraph.demo.api import Api, Subscription
from clipgraph.demo.people import Person, complete, send_clip, sign_up
from clipgraph.demo.playback import Playback, decode, fetch_playback


class StoryError(Exception):
    """The platform did not do what the story says it does."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of what happened."""

    who: str
    what: str
    seconds: float


Tell = Callable[[Happening], None]


@dataclass(slots=True)
class Story:
    """Two people, one clip. ``token`` makes the names of this telling its own."""

    anybody: Api
    clip: Path
    token: str
    tell: Tell
    processing_timeout_s: float = 120.0

    async def run(self) -> None:
        """Raises StoryError, or what the API raised, at the first thing that goes wrong."""
        creator = await self._sign_up("mira", "Mira")
        follower = await self._sign_up("jonas", "Jonas")
        await self._step(
            follower.name, f"follows {creator.name}", follower.api.mutate(documents.FOLLOW, userId=creator.id)
        )
        video_id = await self._publish(creator)
        await self._see_in_feeds(follower, creator, video_id)
        await self._like(creator, follower, video_id)

    async def _sign_up(self, handle: str, name: str) -> Person:
        handle = f"{handle}_{self.token}"
        signing_up = sign_up(self.anybody, handle, name, f"a long password of {handle}")
        person: Person = await self._step(name, f"signs up as @{handle}", signing_up)
        return person

    async def _publish(self, creator: Person) -> str:
        """Uploads the clip and watches it become a video."""
        sending = send_clip(creator, self.clip, title=f"Hello from {creator.name}", key=self.token)
        size_kb = self.clip.stat().st_size // 1024
        upload_id: str
        video_id: str
        upload_id, video_id = await self._step(
            creator.name, f"sends {self.clip.name} ({size_kb} KB) to object storage", sending
        )
        started = time.perf_counter()
        async with creator.api.subscribe(documents.VIDEO_STATUS, videoId=video_id) as statuses:
            await complete(creator, upload_id)
            stages = await self._watch(statuses)
        self.tell(Happening(creator.name, f"watches {stages}", time.perf_counter() - started))
        return video_id

    async def _watch(self, statuses: Subscription) -> str:
        """The stages that the subscription showed, in order."""
        seen = ["uploading"]
        async with asyncio.timeout(self.processing_timeout_s):
            while True:
                change = (await statuses.next(self.processing_timeout_s))["videoStatusChanged"]
                status = change["status"].lower()
                if status != seen[-1]:
                    seen.append(status)
                if status == "failed":
                    raise StoryError(f"the clip failed: {change['failureReason']} {change['failureMessage']}")
                if status == "active":
                    return " → ".join(seen)

    async def _see_in_feeds(self, follower: Person, creator: Person, video_id: str) -> None:
        for name, document in (("forYouFeed", documents.FOR_YOU), ("followingFeed", documents.FOLLOWING)):
            node: Any = await self._step(
                follower.name, f"finds it in {name}", self._find(follower, name, document, video_id)
            )
            _expect(node["author"]["handle"], creator.handle, "author")
            _expect(node["author"]["viewerIsFollowing"], True, "viewerIsFollowing")
            _expect(node["viewerHasLiked"], False, "viewerHasLiked")
            _expect(node["viewerHasSaved"], False, "viewerHasSaved")
            _expect(node["likeCount"], 0, "likeCount")
            _expect(len(node["thumbnailUrls"]), 5, "thumbnails")
        playback: Playback = await self._step(
            follower.name, "plays it through the origin", self._play(node["playlistUrl"])
        )
        self.tell(
            Happening(
                "",
                f"{len(playback.renditions)} renditions, {playback.segments} segments, every frame decoded",
                0.0,
            )
        )

    async def _find(self, viewer: Person, name: str, document: str, video_id: str) -> Any:
        """The video's node, as soon as the feed has it: a feed follows the fact of a publication."""
        async with asyncio.timeout(30):
            while True:
                page = (await viewer.api.query(document, first=20))[name]
                for edge in page["edges"]:
                    if edge["node"] and edge["node"]["id"] == video_id:
                        return edge["node"]
                await asyncio.sleep(0.1)

    async def _play(self, playlist_url: str) -> Playback:
        playback = await fetch_playback(self.anybody.session, playlist_url)
        for rendition in playback.renditions:
            await decode(rendition)
        return playback

    async def _like(self, creator: Person, follower: Person, video_id: str) -> None:
        """Everyone who watches gets the new count, the creator a notification: each within a second."""
        async with (
            self.anybody.subscribe(documents.ENGAGEMENT, videoId=video_id) as somebody,
            follower.api.subscribe(documents.ENGAGEMENT, videoId=video_id) as liker,
            creator.api.subscribe(documents.NOTIFICATIONS) as bell,
        ):
            started = time.perf_counter()
            await self._step(follower.name, "likes it", follower.api.mutate(documents.LIKE, videoId=video_id))
            counts = await asyncio.gather(
                _timed(started, _like_count(somebody)), _timed(started, _like_count(liker))
            )
            for (count, seconds), who in zip(counts, ("Somebody", follower.name), strict=True):
                _expect(count, 1, "likeCount over WebSocket")
                self.tell(Happening(who, "sees 1 like over WebSocket", seconds))
            received, seconds = await _timed(started, _liked_notification(bell))
            _expect(received["actor"]["handle"], follower.handle, "actor of the notification")
            _expect(received["video"]["id"], video_id, "video of the notification")
            self.tell(Happening(creator.name, f"is told that {follower.name} likes it", seconds))

    async def _step(self, who: str, what: str, doing: Awaitable[Any]) -> Any:
        result, seconds = await _timed(time.perf_counter(), doing)
        self.tell(Happening(who, what, seconds))
        return result


async def _timed(started: float, doing: Awaitable[Any]) -> tuple[Any, float]:
    """The result, and the seconds since ``started``."""
    return await doing, time.perf_counter() - started


async def _like_count(engagement: Subscription) -> int:
    while True:
        change = (await engagement.next())["videoEngagementChanged"]
        if change["kind"] == "LIKED":
            return int(change["video"]["likeCount"])


async def _liked_notification(bell: Subscription) -> Any:
    while True:
        received = (await bell.next())["notificationReceived"]
        if received["notification"]["kind"] == "VIDEO_LIKED":
            return received["notification"]


def _expect(found: Any, wanted: Any, what: str) -> None:
    if found != wanted:
        raise StoryError(f"{what} is {found!r}, expected {wanted!r}")
