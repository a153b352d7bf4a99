"""Valkey pub/sub: hints for whoever listens right now. At most once; facts travel on the bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kit.cache import make_client
from kit.config import Settings
from kit.telemetry import get_logger

_log = get_logger("pubsub")
_RECONNECT_FIRST_S = 0.05
_RECONNECT_CAP_S = 2.0


class PubSub:
    """Publishing, and listeners whose channels may change while they listen."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = make_client(url)

    @classmethod
    def from_settings(cls, settings: Settings) -> PubSub:
        return cls(settings.valkey_url)

    async def publish(self, channel: str, message: Mapping[str, Any]) -> None:
        """Sends one JSON object to everyone who listens now."""
        await self._client.publish(channel, orjson.dumps(message))

    def listener(self) -> Listener:
        """A listener with a connection of its own; run it, then add and remove channels."""
        return Listener(self._url)

    async def subscribe(self, channels: Sequence[str]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """(channel, message) for fixed channels, until the caller stops."""
        listener = self.listener()
        await listener.add(*channels)
        try:
            async for item in listener.messages():
                yield item
        finally:
            await listener.close()

    async def close(self) -> None:
        await self._client.aclose()


class Listener:
    """One connection that follows a changing set of channels and comes back after an outage."""

    def __init__(self, url: str) -> None:
        self._client: Redis = make_client(url, timeout_s=None)
        self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        self._channels: set[str] = set()
        self.reconnects = 0

    async def add(self, *channels: str) -> None:
        """Listens to more; while Valkey is away they are remembered."""
        new = set(channels) - self._channels
        self._channels |= new
        if new:
            try:
                await self._pubsub.subscribe(*new)
            except (RedisError, OSError) as error:
                _log.warning("subscribe_postponed", reason=str(error))

    async def remove(self, *channels: str) -> None:
        """Listens to less."""
        gone = self._channels & set(channels)
        self._channels -= gone
        if gone:
            try:
                await self._pubsub.unsubscribe(*gone)
            except (RedisError, OSError) as error:
                _log.warning("unsubscribe_postponed", reason=str(error))

    async def messages(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """(channel, message) for ever. After an outage it resubscribes; what was sent meanwhile is gone."""
        pause = _RECONNECT_FIRST_S
        while True:
            try:
                if not self._channels:
                    await asyncio.sleep(_RECONNECT_FIRST_S)
                    continue
                message = await self._pubsub.get_message(timeout=1.0)
                pause = _RECONNECT_FIRST_S
            except (RedisError, OSError) as error:
                _log.warning("listener_lost_connection", reason=str(error), retry_in_s=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _RECONNECT_CAP_S)
                await self._resubscribe()
                continue
            if message is not None and message["type"] == "message":
                yield str(message["channel"]), orjson.loads(message["data"])

    async def close(self) -> None:
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self._client.aclose()

    async def _resubscribe(self) -> None:
        self.reconnects += 1
        try:
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]
            self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
            if self._channels:
                await self._pubsub.subscribe(*self._channels)
        except (RedisError, OSError) as error:
            _log.warning("resubscribe_failed", reason=str(error))
