"""Token buckets in Valkey, atomic over all processes."""

from __future__ import annotations

import time

from kit.cache import Cache
from kit.errors import RateLimitedError

_TAKE = """
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local limit, per_s, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tokens = tonumber(bucket[1]) or limit
local at = tonumber(bucket[2]) or now
tokens = math.min(limit, tokens + math.max(0, now - at) * limit / per_s)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) * per_s / limit end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(per_s) + 1)
return tostring(wait)
"""


class RateLimiter:
    """Buckets ``ratelimit:{subject}:{action}`` of ``limit`` tokens that refill evenly over ``per_s`` seconds."""

    def __init__(self, cache: Cache) -> None:
        self._script = cache.client.register_script(_TAKE)

    async def take(self, action: str, subject: str, *, limit: int, per_s: int) -> None:
        """Takes one token, or raises RateLimitedError with the time until the next one."""
        key = f"ratelimit:{{{subject}}}:{action}"
        wait = float(await self._script(keys=[key], args=[limit, per_s, time.time()]))
        if wait > 0:
            retry_after_s = max(1, int(wait + 0.999))
            raise RateLimitedError(f"Too fast. Try again in {retry_after_s} s.", retry_after_s=retry_after_s)
