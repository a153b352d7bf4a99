"""Small objects in memory, the least recently used go first: a stand-in for the CDN in front of the origin."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf
from time import monotonic

from prometheus_client import Counter, Gauge

_LOOKUPS = Counter(
    "clipgraph_origin_lookups_total", "Objects asked for, by where they were found.", ["result"]
)
_BYTES = Gauge("clipgraph_origin_cache_bytes", "Size of the objects in memory.")


@dataclass(frozen=True, slots=True)
class CachedObject:
    """A whole object."""

    body: bytes
    etag: str
    content_type: str


class EdgeCache:
    """Holds ``max_bytes`` at most. Most objects never change; those that may are kept for as long as they say."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._objects: OrderedDict[str, CachedObject] = OrderedDict()
        self._stale_at: dict[str, float] = {}
        self._loading: dict[str, asyncio.Future[CachedObject]] = {}
        self._bytes = 0

    async def get(
        self, name: str, load: Callable[[], Awaitable[CachedObject]], *, kept_s: float | None = None
    ) -> CachedObject:
        """The object, at most ``kept_s`` old; those who ask for it at the same time wait for one load. Raises what
        ``load`` raises.
        """
        known = self._objects.get(name)
        if known is not None and monotonic() < self._stale_at.get(name, inf):
            self._objects.move_to_end(name)
            _LOOKUPS.labels("hit").inc()
            return known
        loading = self._loading.get(name)
        if loading is None:
            _LOOKUPS.labels("miss").inc()
            loading = self._loading[name] = asyncio.ensure_future(self._load(name, load, kept_s))
        else:
            _LOOKUPS.labels("joined").inc()
        return await asyncio.shield(loading)

    async def _load(
        self, name: str, load: Callable[[], Awaitable[CachedObject]], kept_s: float | None
    ) -> CachedObject:
        try:
            found = await load()
        finally:
            self._loading.pop(name, None)
        self._drop(name)
        self._keep(name, found)
        if kept_s is not None:
            self._stale_at[name] = monotonic() + kept_s
        return found

    def _keep(self, name: str, found: CachedObject) -> None:
        if len(found.body) > self._max_bytes:
            return
        self._objects[name] = found
        self._bytes += len(found.body)
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._objects)))
        _BYTES.set(self._bytes)

    def _drop(self, name: str) -> None:
        known = self._objects.pop(name, None)
        self._stale_at.pop(name, None)
        if known is not None:
            self._bytes -= len(known.body)
