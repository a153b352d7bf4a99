"""What several routers keep together, in Valkey: buckets of rate limits, automatic persisted queries, responses of
subgraphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from kit.cache import Cache
from kit.limits import RateLimiter
from kit.telemetry import get_logger
from router.pipeline.limit_rate import Taken
from router.transports.response_store import Entry

_log = get_logger("router.shared")


class SharedBuckets:
    """See ``router.pipeline.limit_rate.Buckets``."""

    def __init__(self, cache: Cache) -> None:
        self._limiter = RateLimiter(cache)

    async def take(self, name: str, capacity: int, interval_s: float, tokens: float = 1) -> Taken:
        """Raises OSError when Valkey does not answer."""
        try:
            taken = await self._limiter.try_take(
                "request", name, limit=capacity, per_s=interval_s, tokens=tokens
            )
        except RedisError as error:
            raise ConnectionError(str(error)) from error
        return Taken(taken.wait_s, taken.remaining)


class SharedDocuments:
    """See ``router.pipeline.persisted.DocumentStore``. An outage is a miss: clients send the document then."""

    def __init__(self, cache: Cache, namespace: str, ttl_s: float | None) -> None:
        self._cache = cache
        self._prefix = f"{namespace}:apq:"
        self._ttl_s = ttl_s

    async def get(self, digest: str) -> str | None:
        """See DocumentStore."""
        try:
            found = await self._cache.client.get(self._prefix + digest)
        except RedisError as error:
            _log.warning("documents_unavailable", reason=type(error).__name__)
            return None
        return None if found is None else str(found)

    async def put(self, digest: str, document: str) -> None:
        """See DocumentStore."""
        ttl_s = None if self._ttl_s is None else max(1, int(self._ttl_s))
        try:
            await self._cache.client.set(self._prefix + digest, document, ex=ttl_s)
        except RedisError as error:
            _log.warning("documents_unavailable", reason=type(error).__name__)


class SharedResponses:
    """Shared by all routers. ``client`` does not decode; it is closed with the store."""

    def __init__(self, client: Redis, namespace: str, most_s: float | None = None) -> None:
        self._client = client
        self._most_s = float("inf") if most_s is None else most_s
        self._prefix = f"{namespace}:response:"
        self._tag_prefix = f"{namespace}:response-tag:"

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """See ResponseStore."""
        try:
            found: Any = await self._client.mget([self._prefix + key for key in keys])
            return list(found)
        except RedisError as error:
            _log.warning("response_cache_unavailable", reason=type(error).__name__)
            return [None] * len(keys)

    async def put_many(self, entries: Sequence[Entry]) -> None:
        """See ResponseStore. A tag lives as long as the longest of its entries."""
        if not entries:
            return
        try:
            async with self._client.pipeline(transaction=False) as pipe:
                for entry in entries:
                    ttl_s = max(1, int(min(entry.ttl_s, self._most_s)))
                    pipe.set(self._prefix + entry.key, entry.value, ex=ttl_s)
                    for tag in entry.tags:
                        pipe.sadd(self._tag_prefix + tag, entry.key)
                        pipe.expire(self._tag_prefix + tag, ttl_s, nx=True)
                        pipe.expire(self._tag_prefix + tag, ttl_s, gt=True)
                await pipe.execute()
        except RedisError as error:
            _log.warning("response_cache_unavailable", reason=type(error).__name__)

    async def drop(self, tags: Iterable[str]) -> int:
        """See ResponseStore. Raises RedisError: who invalidates must know that it was not done."""
        count = 0
        for tag in tags:
            keys: Any = await self._client.smembers(self._tag_prefix + tag)
            if keys:
                count += await self._client.unlink(*(self._prefix + key.decode() for key in keys))
            await self._client.unlink(self._tag_prefix + tag)
        return count

    async def close(self) -> None:
        """See ResponseStore."""
        await self._client.aclose()
