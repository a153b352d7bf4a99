"""Objects near those who ask: in memory, behind that on disk, behind that the store. The least recently used go first."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from math import inf
from time import monotonic

from prometheus_client import Counter, Gauge

from media.origin.disk_cache import CachedObject, DiskCache

_LOOKUPS = Counter(
    "clipgraph_origin_lookups_total",
    "Objects asked for, by where they were found (memory, disk, joined: on its way already, store) and what they are.",
    ["result", "kind"],
)
_MEMORY_BYTES = Gauge("clipgraph_origin_cache_bytes", "Size of the objects in memory.")
_DISK_BYTES = Gauge("clipgraph_origin_disk_cache_bytes", "Size of the objects on disk.")
_DISK_THREADS = 4
_WRITES_WAITING = 64

Load = Callable[[], Awaitable[CachedObject]]
"""Reads an object out of the store."""


class EdgeCache:
    """Holds ``memory_bytes`` at most, beside what the disk holds. Most objects never change; those that may are kept in
    memory alone, for as long as they say.
    """

    def __init__(self, memory_bytes: int, disk: DiskCache | None = None) -> None:
        self._max_bytes = memory_bytes
        self._disk = disk
        self._threads = ThreadPoolExecutor(_DISK_THREADS, thread_name_prefix="edge")
        self._writing: set[asyncio.Future[None]] = set()
        self._objects: OrderedDict[str, CachedObject] = OrderedDict()
        self._stale_at: dict[str, float] = {}
        self._loading: dict[str, asyncio.Future[CachedObject]] = {}
        self._bytes = 0

    async def get(
        self, name: str, load: Load, *, kept_s: float | None = None, kind: str = "other"
    ) -> CachedObject:
        """The object, at most ``kept_s`` old; those who ask for it at the same time wait for one load. Raises what
        ``load`` raises.
        """
        known = self._objects.get(name)
        if known is not None and monotonic() < self._stale_at.get(name, inf):
            self._objects.move_to_end(name)
            _LOOKUPS.labels("memory", kind).inc()
            return known
        loading = self._loading.get(name)
        if loading is None:
            loading = self._loading[name] = asyncio.ensure_future(self._find(name, load, kept_s, kind))
            loading.add_done_callback(_heed)
        else:
            _LOOKUPS.labels("joined", kind).inc()
        return await asyncio.shield(loading)

    def drop_video(self, video: str) -> None:
        """Everything of a video that nobody may read any more."""
        for name in [name for name in self._objects if name.split("/", 2)[1] == video]:
            self._drop(name)
        if self._disk is not None:
            self._in_thread(self._disk.drop_video, video)

    async def close(self) -> None:
        """Writes what is still to be written."""
        await asyncio.gather(*self._writing)
        self._threads.shutdown()

    async def _find(self, name: str, load: Load, kept_s: float | None, kind: str) -> CachedObject:
        try:
            found = await self._read_disk(name) if kept_s is None else None
            _LOOKUPS.labels("store" if found is None else "disk", kind).inc()
            if found is None:
                found = await load()
                if kept_s is None:
                    self._write_disk(name, found)
        finally:
            self._loading.pop(name, None)
        self._drop(name)
        self._keep(name, found)
        if kept_s is not None:
            self._stale_at[name] = monotonic() + kept_s
        return found

    async def _read_disk(self, name: str) -> CachedObject | None:
        if self._disk is None:
            return None
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._disk.read, name)

    def _write_disk(self, name: str, found: CachedObject) -> None:
        """Beside the answer; what comes faster than the disk takes it is not kept there."""
        if self._disk is not None and len(self._writing) < _WRITES_WAITING:
            self._in_thread(self._disk.write, name, found)

    def _in_thread(self, do: Callable[..., None], *arguments: object) -> None:
        writing = asyncio.get_running_loop().run_in_executor(self._threads, do, *arguments)
        self._writing.add(writing)
        writing.add_done_callback(self._note_written)

    def _note_written(self, writing: asyncio.Future[None]) -> None:
        self._writing.discard(writing)
        if self._disk is not None:
            _DISK_BYTES.set(self._disk.size_bytes)

    def _keep(self, name: str, found: CachedObject) -> None:
        if len(found.body) > self._max_bytes:
            return
        self._objects[name] = found
        self._bytes += len(found.body)
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._objects)))
        _MEMORY_BYTES.set(self._bytes)

    def _drop(self, name: str) -> None:
        known = self._objects.pop(name, None)
        self._stale_at.pop(name, None)
        if known is not None:
            self._bytes -= len(known.body)


def _heed(loading: asyncio.Future[CachedObject]) -> None:
    """Its failure is for those who wait; when none is left, it is no news."""
    if not loading.cancelled():
        loading.exception()
