"""Token buckets in Valkey, atomic over all processes."""

from __future__ import annotations

import time
from typing import NamedTuple

from kit.cache import Cache
from kit.command_pipe import Script
from kit.errors import RateLimitedError

_TAKE = Script("""
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local limit, per_s, now, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local tokens = tonumber(bucket[1]) or limit
local at = tonumber(bucket[2]) or now
tokens = math.min(limit, tokens + math.max(0, now - at) * limit / per_s)
local wait = 0
if tokens >= wanted then tokens = tokens - wanted else wait = (wanted - tokens) * per_s / limit end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(per_s) + 1)
return {tostring(wait), tostring(tokens)}
""")


class Taken(NamedTuple):
    """``wait_s`` until there are enough tokens, 0 when they were taken; ``remaining`` whole tokens."""

    wait_s: float
    remaining: int


class RateLimiter:
    """Buckets ``ratelimit:{subject}:{action}`` of ``limit`` tokens that refill evenly over ``per_s`` seconds."""

    def __init__(self, cache: Cache) -> None:
        self._pipe = cache.pipe

    async def take(self, action: str, subject: str, *, limit: int, per_s: int) -> None:
        """Takes one token, or raises RateLimitedError with the time until the next one."""
        taken = await self.try_take(action, subject, limit=limit, per_s=per_s)
        if taken.wait_s > 0:
            retry_after_s = max(1, int(taken.wait_s + 0.999))
            raise RateLimitedError(f"Too fast. Try again in {retry_after_s} s.", retry_after_s=retry_after_s)

    async def try_take(
        self, action: str, subject: str, *, limit: int, per_s: float, tokens: float = 1
    ) -> Taken:
        """Takes ``tokens`` if the bucket has them."""
        key = f"ratelimit:{{{subject}}}:{action}"
        wait, left = await self._pipe.run_script(_TAKE, [key], [limit, per_s, time.time(), tokens])
        return Taken(float(wait), int(float(left)))
