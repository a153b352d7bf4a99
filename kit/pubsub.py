"""Valkey pub/sub: hints for whoever listens right now. At most once; facts travel on the bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kit.cache import make_client
from kit.command_pipe import CommandPipe
from kit.config import Settings
from kit.telemetry import get_logger

_log = get_logger("pubsub")
_RECONNECT_FIRST_S = 0.05
_RECONNECT_CAP_S = 2.0
_IDLE_S = 0.05


class PubSub:
    """Publishing, and listeners whose channels may change while they listen."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = make_client(url)
        self._pipe = CommandPipe(self._client.connection_pool)

    @classmethod
    def from_settings(cls, settings: Settings) -> PubSub:
        return cls(settings.valkey_url)

    async def publish(self, channel: str, message: Mapping[str, Any]) -> None:
        """Sends one JSON object to everyone who listens now."""
        await self._pipe.run("PUBLISH", channel, orjson.dumps(message))

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
        await self._pipe.close()
        await self._client.aclose()


class Listener:
    """One connection that follows a changing set of channels and comes back after an outage."""

    def __init__(self, url: str) -> None:
        # The driver's own reconnect would bring back channels that were given up meanwhile.
        self._client: Redis = make_client(url, timeout_s=None, retries=0)
        self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        self._channels: set[str] = set()
        self._is_behind = False
        """Valkey was not told of every change; ``messages`` makes up for it on a new connection."""
        self._changing = asyncio.Lock()

    async def add(self, *channels: str) -> None:
        """Listens to more. Returns when Valkey was told; while it is away they are remembered."""
        async with self._changing:
            new = set(channels) - self._channels
            self._channels |= new
            if new and not self._is_behind:
                await self._tell(self._pubsub.subscribe, new)

    async def remove(self, *channels: str) -> None:
        """Listens to less."""
        async with self._changing:
            gone = self._channels & set(channels)
            self._channels -= gone
            if gone and not self._is_behind:
                await self._tell(self._pubsub.unsubscribe, gone)

    async def messages(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """(channel, message) for ever. After an outage it resubscribes; what was sent meanwhile is gone."""
        pause = _RECONNECT_FIRST_S
        while True:
            try:
                message = await self._receive()
                pause = _RECONNECT_FIRST_S
            except (RedisError, OSError) as error:
                _log.warning("listener_lost_connection", reason=str(error), retry_in_s=pause)
                self._is_behind = True
                await asyncio.sleep(pause)
                pause = min(pause * 2, _RECONNECT_CAP_S)
                continue
            if message is not None:
                yield message

    async def close(self) -> None:
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self._client.aclose()

    async def _receive(self) -> tuple[str, dict[str, Any]] | None:
        """None after a while without a message. Raises RedisError or OSError in an outage."""
        if not self._channels:
            await asyncio.sleep(_IDLE_S)
            return None
        if self._is_behind or self._pubsub.connection is None:
            async with self._changing:  # the first ``add`` may be connecting right now
                if self._is_behind:
                    await self._start_anew()
            if self._pubsub.connection is None:
                return None
        message = await self._pubsub.get_message(timeout=1.0)
        if message is None or message["type"] != "message":
            return None
        return _decode(str(message["channel"]), message["data"])

    async def _tell(self, change: Callable[..., Awaitable[Any]], channels: set[str]) -> None:
        try:
            await change(*channels)
        except (RedisError, OSError) as error:
            self._is_behind = True
            _log.warning("channels_postponed", reason=str(error))

    async def _start_anew(self) -> None:
        """A new connection, to exactly the channels of now."""
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        if self._channels:
            await self._pubsub.subscribe(*self._channels)
        self._is_behind = False


def _decode(channel: str, data: str) -> tuple[str, dict[str, Any]] | None:
    """None for what is no JSON object: one publisher's mistake must not end everybody's listening."""
    try:
        message = orjson.loads(data)
    except orjson.JSONDecodeError:
        message = None
    if isinstance(message, dict):
        return channel, message
    _log.warning("message_malformed", kind=channel.partition(":")[0])
    return None
