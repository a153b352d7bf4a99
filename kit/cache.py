"""Valkey as a cache: the ``redis`` client with sane timeouts, answers as text."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as ValkeyConnectionError
from redis.exceptions import TimeoutError as ValkeyTimeoutError

from kit.command_pipe import CommandPipe
from kit.config import Settings
from kit.waiting_pool import WaitingPool

_CONNECTIONS_MAX = 100
_TIMEOUT_S = 5.0


def make_client(
    url: str,
    *,
    decode: bool = True,
    timeout_s: float | None = _TIMEOUT_S,
    retries: int = 5,
    protocol: int | None = None,
) -> Redis:
    """A pooled client that reconnects by itself; ``timeout_s`` None is for commands that block.

    When all connections are in use a command waits for one, as long as it would for an answer. A command whose answer
    got lost is sent again; with ``retries`` 0 it raises, for what may not be done twice.
    """
    pool = WaitingPool.from_url(
        url,
        max_connections=_CONNECTIONS_MAX,
        decode_responses=decode,
        protocol=protocol,
        socket_timeout=timeout_s,
        socket_connect_timeout=5.0,
        health_check_interval=30,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.02), retries),
        retry_on_error=[ValkeyConnectionError, ValkeyTimeoutError],
    )
    pool.wait_s = timeout_s
    return Redis.from_pool(pool)


class Cache:
    """The process's connections to Valkey: ``pipe`` for what every request asks, ``client`` of ``redis`` for the rest."""

    def __init__(self, client: Redis) -> None:
        self.client = client
        self.pipe = CommandPipe(client.connection_pool, timeout_s=_TIMEOUT_S)

    @classmethod
    def from_settings(cls, settings: Settings) -> Cache:
        return cls(make_client(settings.valkey_url))

    async def ping(self) -> None:
        """Raises when Valkey does not answer."""
        await self.client.ping()

    async def close(self) -> None:
        await self.pipe.close()
        await self.client.aclose()
