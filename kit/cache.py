"""Valkey as a cache: the ``redis`` client with sane timeouts, answers as text, JSON by orjson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as ValkeyConnectionError
from redis.exceptions import TimeoutError as ValkeyTimeoutError

from kit.config import Settings
from kit.waiting_pool import WaitingPool

_CONNECTIONS_MAX = 100


def make_client(url: str, *, decode: bool = True, timeout_s: float | None = 5.0, retries: int = 5) -> Redis:
    """A pooled client that reconnects by itself; ``timeout_s`` None is for commands that block.

    When all connections are in use a command waits for one, as long as it would for an answer. A command whose answer
    got lost is sent again; with ``retries`` 0 it raises, for what may not be done twice.
    """
    pool = WaitingPool.from_url(
        url,
        max_connections=_CONNECTIONS_MAX,
        decode_responses=decode,
        socket_timeout=timeout_s,
        socket_connect_timeout=5.0,
        health_check_interval=30,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.02), retries),
        retry_on_error=[ValkeyConnectionError, ValkeyTimeoutError],
    )
    pool.wait_s = timeout_s
    return Redis.from_pool(pool)


class Cache:
    """Values by key. ``client`` is the real one, for whoever needs sorted sets, scripts or pipelines."""

    def __init__(self, client: Redis) -> None:
        self.client = client

    @classmethod
    def from_settings(cls, settings: Settings) -> Cache:
        return cls(make_client(settings.valkey_url))

    async def get_many(self, keys: Sequence[str]) -> list[Any]:
        """Values in the order of the keys, None for a miss; one round trip."""
        if not keys:
            return []
        return [None if text is None else orjson.loads(text) for text in await self.client.mget(keys)]

    async def put_many(self, values: Mapping[str, Any], *, ttl_s: int) -> None:
        """Keeps JSON values for ``ttl_s`` seconds; one round trip."""
        if not values:
            return
        async with self.client.pipeline(transaction=False) as pipe:
            for key, value in values.items():
                pipe.set(key, orjson.dumps(value), ex=ttl_s)
            await pipe.execute()

    async def forget(self, *keys: str) -> None:
        """Drops keys, whether they are there or not."""
        if keys:
            await self.client.delete(*keys)

    async def ping(self) -> None:
        """Raises when Valkey does not answer."""
        await self.client.ping()

    async def close(self) -> None:
        await self.client.aclose()
