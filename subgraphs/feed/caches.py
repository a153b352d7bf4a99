"""The feed's sorted sets in Valkey: ``feed:{user}`` and ``trending:{scope}``, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from kit.cache import Cache
from kit.command_pipe import Word
from subgraphs.feed.models import FeedFigures, Ranked, RankedPosition, places_after

_NOTHING = "-"
"""A member that says *this list was built and is empty*, so that a miss is told from nothing to show."""

_PUSH = """
local pushed = 0
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then
    redis.call('ZADD', key, ARGV[1], ARGV[2])
    redis.call('ZREMRANGEBYRANK', key, 0, -tonumber(ARGV[3]) - 1)
    pushed = pushed + 1
  end
end
return pushed
"""


@dataclass(frozen=True, slots=True)
class FeedCache:
    """Reads answer None for a miss, else what comes after a position. Scores are floats; ties are broken by member,
    newer ids first.
    """

    cache: Cache
    figures: FeedFigures

    async def feed(
        self, viewer_id: UUID | None, after: RankedPosition | None, count: int
    ) -> list[Ranked] | None:
        """The next ``count`` of the cached For You of a viewer, or of everyone who is not signed in."""
        return await self._read(_feed_key(viewer_id), after, count)

    async def keep_feed(self, viewer_id: UUID | None, ranked: Sequence[Ranked]) -> None:
        """For 30 minutes; a feed of less than a page, or everybody's, is soon worth another look."""
        is_short = viewer_id is None or len(ranked) < self.figures.short_feed_below
        ttl_s = self.figures.short_feed_ttl_s if is_short else self.figures.feed_ttl_s
        await self._write(_feed_key(viewer_id), ranked, ttl_s)

    async def push(self, user_ids: Sequence[UUID | None], place: Ranked) -> None:
        """Puts a video into those of the users' feeds that are cached (None: everybody's); the others will find it
        by themselves.
        """
        script = self.cache.client.register_script(_PUSH)
        for user_id in user_ids:
            await script(
                keys=[_feed_key(user_id)],
                args=[place.score, place.video_id.hex, self.figures.feed_entries],
            )

    async def trending(self, scope: str, after: RankedPosition | None, count: int) -> list[Ranked] | None:
        """The next ``count`` of what is trending."""
        return await self._read(f"trending:{scope}", after, count)

    async def keep_trending(self, scope: str, ranked: Sequence[Ranked]) -> None:
        """For 5 minutes; a list of less than a page is soon worth another look."""
        is_short = len(ranked) < self.figures.short_feed_below
        ttl_s = self.figures.short_feed_ttl_s if is_short else self.figures.trending_ttl_s
        await self._write(f"trending:{scope}", ranked, ttl_s)

    async def _read(self, key: str, after: RankedPosition | None, count: int) -> list[Ranked] | None:
        """Fewer than ``count`` only at the end of the list. One round trip, unless the list is over or scores tie."""
        pipe, places, start = self.cache.pipe, list[Ranked](), 0
        while True:
            if after is None:
                command: tuple[Word, ...] = ("ZRANGE", key, start, start + count - 1, "REV")
            else:
                command = ("ZRANGE", key, after[0], "-inf", "BYSCORE", "REV", "LIMIT", start, count)
            members = await pipe.run(*command, "WITHSCORES")
            if not members and not start and (after is None or not await pipe.run("EXISTS", key)):
                return None
            read = [Ranked(_video_id(member), score) for member, score in members if member != _NOTHING]
            places += places_after(read, after)
            if len(members) < count or len(places) >= count:
                return places[:count]
            start += count

    async def _write(self, key: str, ranked: Sequence[Ranked], ttl_s: int) -> None:
        """Replaces the list in one step."""
        members = {place.video_id.hex: place.score for place in ranked} or {_NOTHING: 0.0}
        async with self.cache.client.pipeline(transaction=True) as pipe:
            pipe.delete(key)
            pipe.zadd(key, members)
            pipe.expire(key, ttl_s)
            await pipe.execute()


@lru_cache(maxsize=16_384)
def _video_id(member: str) -> UUID:
    """The same few videos stand in most feeds."""
    return UUID(hex=member)


def _feed_key(viewer_id: UUID | None) -> str:
    return f"feed:{{{viewer_id.hex if viewer_id else 'anonymous'}}}"
