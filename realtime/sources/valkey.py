"""Valkey pub/sub: one connection a process, listening to the channels that somebody needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from kit.pubsub import PubSub


class ValkeySource:
    """Survives an outage; hints sent meanwhile are gone, and the next one makes readers read anew."""

    def __init__(self, pubsub: PubSub) -> None:
        self._listener = pubsub.listener()

    async def listen(self, channels: Sequence[str]) -> None:
        """Returns when Valkey was told."""
        if channels:
            await self._listener.add(*channels)

    async def ignore(self, channels: Sequence[str]) -> None:
        if channels:
            await self._listener.remove(*channels)

    def events(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """(channel, message), for ever."""
        return self._listener.messages()

    async def close(self) -> None:
        await self._listener.close()
