"""Small objects in memory, the least recently used go first: a stand-in for the CDN in front of the origin."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

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
    """Holds ``max_bytes`` at most. Objects never change, so nothing is ever invalidated."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._objects: OrderedDict[str, CachedObject] = OrderedDict()
        self._loading: dict[str, asyncio.Future[CachedObject]] = {}
        self._bytes = 0

    async def get(self, name: str, load: Callable[[], Awaitable[CachedObject]]) -> CachedObject:
        """The object; those who ask for it at the same time wait for one load. Raises what ``load`` raises."""
        known = self._objects.get(name)
        if known is not None:
            self._objects.move_to_end(name)
            _LOOKUPS.labels("hit").inc()
            return known
        loading = self._loading.get(name)
        if loading is None:
            _LOOKUPS.labels("miss").inc()
            loading = self._loading[name] = asyncio.ensure_future(self._load(name, load))
        else:
            _LOOKUPS.labels("joined").inc()
        return await asyncio.shield(loading)

    async def _load(self, name: str, load: Callable[[], Awaitable[CachedObject]]) -> CachedObject:
        try:
            found = await load()
        finally:
            self._loading.pop(name, None)
        self._keep(name, found)
        return found

    def _keep(self, name: str, found: CachedObject) -> None:
        if len(found.body) > self._max_bytes:
            return
        self._objects[name] = found
        self._bytes += len(found.body)
        while self._bytes > self._max_bytes:
            _, oldest = self._objects.popitem(last=False)
            self._bytes -= len(oldest.body)
        _BYTES.set(self._bytes)
