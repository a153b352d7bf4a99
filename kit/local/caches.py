"""The local caches of one domain in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from kit.local.cache import KeyT, LocalCache, ValueT
from kit.local.changes import KeyChanges

_TTL_S: Final = 5.0
"""What a cache that hears of changes may be behind if its connection hangs without an end."""


class LocalCaches:
    """Made when first asked for, closed together. Belongs to one event loop."""

    def __init__(self, valkey_url: str) -> None:
        self._url = valkey_url
        self._caches: dict[str, LocalCache[Any, Any]] = {}
        self._following: list[asyncio.Task[None]] = []

    def of_entities(
        self,
        name: str,
        load: Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, ValueT]]],
        *,
        may_keep: Callable[[ValueT], bool] | None = None,
    ) -> LocalCache[UUID, ValueT]:
        """Entities that Valkey keeps under their ``entity_key``. One that changes there is forgotten here; nothing is
        kept while Valkey can't say so.
        """
        known = self._caches.get(name)
        if known is None:
            known = LocalCache(name, load, ttl_s=_TTL_S, may_keep=may_keep)
            known.is_open = False
            self._caches[name] = known
            self._follow(known, f"{name}:{{")
        return known

    def of_moments(
        self,
        name: str,
        load: Callable[[Sequence[KeyT]], Awaitable[Mapping[KeyT, ValueT]]],
        *,
        ttl_s: float,
    ) -> LocalCache[KeyT, ValueT]:
        """What may be behind by ``ttl_s``; with 0 it is only shared by those who ask at the same time."""
        known = self._caches.get(name)
        if known is None:
            known = self._caches[name] = LocalCache(name, load, ttl_s=ttl_s)
        return known

    async def close(self) -> None:
        """Hears of changes no longer."""
        for task in self._following:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _follow(self, cache: LocalCache[UUID, Any], prefix: str) -> None:
        def open_or_close(is_following: bool) -> None:
            cache.clear()
            cache.is_open = is_following

        def forget(keys: Sequence[str] | None) -> None:
            if keys is None:
                cache.clear()
            else:
                cache.forget(UUID(hex=key[len(prefix) : -1]) for key in keys)

        changes = KeyChanges(self._url, [prefix], on_follow=open_or_close, on_change=forget)
        self._following.append(asyncio.get_running_loop().create_task(changes.follow()))


def entity_key(name: str, id: UUID) -> str:
    """Where Valkey keeps an entity; the id is the hash tag."""
    return f"{name}:{{{id.hex}}}"
