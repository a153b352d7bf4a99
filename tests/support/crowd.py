"""Clients that never give up: they repeat under the same idempotency key until they are answered, and keep books."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import orjson

from clipgraph.demo import documents
from clipgraph.demo.api import Api, ApiError
from clipgraph.demo.people import Person, complete, send_clip, sign_up

T = TypeVar("T")

RECORD_VIEW = """
mutation RecordView($input: RecordViewInput!) {
  recordView(input: $input) { video { id } userErrors { code message field } }
}
"""
UNLIKE = """
mutation Unlike($input: UnlikeVideoInput!) {
  unlikeVideo(input: $input) { video { id viewerHasLiked } userErrors { code message field } }
}
"""
UNFOLLOW = """
mutation Unfollow($input: UnfollowUserInput!) {
  unfollowUser(input: $input) { user { id viewerIsFollowing } userErrors { code message field } }
}
"""

_PERSISTENCE_S = 60
_PAUSE_S = 0.1
_CLIENT_CODES = {"UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "BAD_USER_INPUT"}


async def persist(call: Callable[[], Awaitable[T]], *, deadline_s: float = _PERSISTENCE_S) -> T:
    """Until it is answered. Raises what the client itself is to blame for, and TimeoutError."""
    async with asyncio.timeout(deadline_s):
        while True:
            try:
                return await call()
            except ApiError as error:
                if _CLIENT_CODES.intersection(error.codes):
                    raise
                await asyncio.sleep(_wait_s(error))
            except (aiohttp.ClientError, orjson.JSONDecodeError, ConnectionError):
                await asyncio.sleep(_PAUSE_S)


def _wait_s(error: ApiError) -> float:
    waits = [float(each.get("extensions", {}).get("retryAfterSeconds", 0)) for each in error.errors]
    return max(_PAUSE_S, *waits)


@dataclass(slots=True)
class Books:
    """What was acknowledged, about one video and its creator."""

    likes: dict[str, bool] = field(default_factory=dict)
    follows: dict[str, bool] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    views: int = 0
    ever: set[tuple[str, str, str]] = field(default_factory=set)
    """(kind, actor, comment) of every notification that the creator must have."""
    acknowledged: int = 0

    def liked(self, fan: str, is_liked: bool) -> None:
        self.likes[fan] = is_liked
        if is_liked:
            self.ever.add(("VIDEO_LIKED", fan, ""))

    def followed(self, fan: str, is_following: bool) -> None:
        self.follows[fan] = is_following
        if is_following:
            self.ever.add(("USER_FOLLOWED", fan, ""))

    def commented(self, fan: str, comment_id: str, body: str) -> None:
        self.comments[comment_id] = body
        self.ever.add(("VIDEO_COMMENTED", fan, comment_id))

    @property
    def counters(self) -> dict[str, int]:
        return {
            "likeCount": sum(self.likes.values()),
            "commentCount": len(self.comments),
            "viewCount": self.views,
        }


class Crowd:
    """Fans of one creator and one video, busy until told to stop."""

    def __init__(self, api: Api, creator: Person, video_id: str) -> None:
        self._api = api
        self.creator = creator
        self.video_id = video_id
        self.books = Books()
        self.fans: list[Person] = []

    async def join(self, count: int) -> list[Person]:
        """New fans."""
        new = [await new_person(self._api, f"fan_{secrets.token_hex(4)}") for _ in range(count)]
        self.fans += new
        return new

    @asynccontextmanager
    async def busy(self, fans: list[Person]) -> AsyncIterator[None]:
        """They like, comment, follow and watch meanwhile; leaving waits until all they began is answered."""
        stop = asyncio.Event()
        acts = (self._like, self._comment, self._follow, self._view)
        async with asyncio.TaskGroup() as tasks:
            for fan in fans:
                for act in acts:
                    tasks.create_task(self._repeat(act, fan, stop))
            try:
                yield
            finally:
                stop.set()

    async def more_acknowledged(self, count: int, *, deadline_s: float = _PERSISTENCE_S) -> None:
        """Returns when ``count`` more acts than now were answered."""
        goal = self.books.acknowledged + count
        async with asyncio.timeout(deadline_s):
            while self.books.acknowledged < goal:
                await asyncio.sleep(0.05)

    async def _repeat(
        self, act: Callable[[Person, int, str], Awaitable[None]], fan: Person, stop: asyncio.Event
    ) -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            await act(fan, number, secrets.token_hex(8))
            self.books.acknowledged += 1
            await asyncio.sleep(_PAUSE_S)

    async def _like(self, fan: Person, number: int, key: str) -> None:
        """On, off, on…: the last that was acknowledged counts."""
        document = UNLIKE if number % 3 == 2 else documents.LIKE
        await self._mutate(fan, document, videoId=self.video_id, idempotencyKey=key)
        self.books.liked(fan.id, document is documents.LIKE)

    async def _follow(self, fan: Person, number: int, key: str) -> None:
        document = UNFOLLOW if number % 3 == 2 else documents.FOLLOW
        await self._mutate(fan, document, userId=self.creator.id, idempotencyKey=key)
        self.books.followed(fan.id, document is documents.FOLLOW)

    async def _comment(self, fan: Person, number: int, key: str) -> None:
        body = f"{fan.handle} says {number}"
        payload = await self._mutate(
            fan, documents.ADD_COMMENT, videoId=self.video_id, body=body, idempotencyKey=key
        )
        self.books.commented(fan.id, payload["comment"]["id"], body)

    async def _view(self, fan: Person, number: int, key: str) -> None:
        await self._mutate(fan, RECORD_VIEW, videoId=self.video_id, watchedMs=number, idempotencyKey=key)
        self.books.views += 1

    async def _mutate(self, fan: Person, document: str, **given: Any) -> Any:
        return await persist(lambda: fan.api.mutate(document, **given))


async def new_person(api: Api, handle: str) -> Person:
    return await persist(lambda: sign_up(api, handle, handle.title(), f"a long password of {handle}"))


async def publish(creator: Person, clip: Path, title: str) -> str:
    """Sends a clip and completes the upload, whatever happens meanwhile; the video's id."""
    key = secrets.token_hex(8)
    upload_id, video_id = await persist(lambda: send_clip(creator, clip, title=title, key=key))
    await persist(lambda: complete(creator, upload_id))
    return video_id


async def until_active(creator: Person, video_id: str, *, deadline_s: float) -> None:
    """Raises TimeoutError; AssertionError when the clip was refused."""
    async with asyncio.timeout(deadline_s):
        while True:
            video = (await persist(lambda: creator.api.query(documents.VIDEO, id=video_id)))["video"]
            assert video["status"] != "FAILED", video["failure"]
            if video["status"] == "ACTIVE":
                return
            await asyncio.sleep(0.2)


async def pages(api: Api, document: str, *path: str, **variables: Any) -> list[Any]:
    """All nodes of the connection at ``path``; the document takes ``$after``."""
    nodes: list[Any] = []
    after = None
    while True:
        found = await api.query(document, after=after, **variables)
        for name in path:
            found = found[name]
        nodes += [edge["node"] for edge in found["edges"]]
        if not found["pageInfo"]["hasNextPage"]:
            return nodes
        after = found["pageInfo"]["endCursor"]
