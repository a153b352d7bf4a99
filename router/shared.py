"""What several routers keep together, in Valkey: buckets of rate limits, and automatic persisted queries."""

from __future__ import annotations

from redis.exceptions import RedisError

from kit.cache import Cache
from kit.limits import RateLimiter
from kit.telemetry import get_logger
from router.pipeline.limit_rate import Taken

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
