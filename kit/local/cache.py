"""What many requests read, kept in the process for a moment in front of a slower store.

A key is loaded once however many ask for it at the same time, so that the end of an entry's life is no stampede.
Only what looks the same to everybody belongs here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from kit.telemetry.metrics import LOCAL_CACHE_READS

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class _Load(Generic[KeyT, ValueT]):
    """Keys that are read together, and how many wait for them."""

    __slots__ = ("keys", "task", "waiting")

    def __init__(self, keys: Sequence[KeyT]) -> None:
        self.keys = keys
        self.task: asyncio.Task[Mapping[KeyT, ValueT]]
        self.waiting = 0


class LocalCache(Generic[KeyT, ValueT]):
    """Up to ``entries_max`` values, each for ``ttl_s`` seconds at most; the oldest go first.

    ``load`` gives what the store has of some keys; a key that it has nothing for, and a value that ``may_keep``
    refuses, is read anew each time. While ``is_open`` is False nothing is kept. Belongs to one event loop.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[Sequence[KeyT]], Awaitable[Mapping[KeyT, ValueT]]],
        *,
        ttl_s: float,
        entries_max: int = 10_000,
        may_keep: Callable[[ValueT], bool] | None = None,
    ) -> None:
        self._load = load
        self._ttl_s = ttl_s
        self._entries_max = entries_max
        self._may_keep = may_keep
        self._kept: dict[KeyT, tuple[float, ValueT]] = {}
        self._loading: dict[KeyT, _Load[KeyT, ValueT]] = {}
        self._hits = LOCAL_CACHE_READS.labels(name, "hit")
        self._misses = LOCAL_CACHE_READS.labels(name, "miss")
        self.is_open = True

    async def find(self, keys: Sequence[KeyT]) -> dict[KeyT, ValueT]:
        """What there is by key. Raises what ``load`` raises."""
        now, kept = time.monotonic(), self._kept
        found: dict[KeyT, ValueT] = {}
        missing: list[KeyT] = []
        for key in keys:
            entry = kept.get(key)
            if entry is not None and entry[0] > now:
                found[key] = entry[1]
            else:
                missing.append(key)
        self._hits.inc(len(found))
        if missing:
            self._misses.inc(len(missing))
            for values in await self._wait_for(self._loads_of(missing)):
                found.update((key, values[key]) for key in missing if key in values)
        return found

    def forget(self, keys: Iterable[KeyT]) -> None:
        """What is asked for from now on is read anew, even if it is being read at the moment."""
        for key in keys:
            self._kept.pop(key, None)
            self._loading.pop(key, None)

    def clear(self) -> None:
        """Forgets everything."""
        self._kept.clear()
        self._loading.clear()

    def _loads_of(self, keys: Sequence[KeyT]) -> list[_Load[KeyT, ValueT]]:
        """What brings the keys; each of it counts one more who waits."""
        loading = self._loading
        new = [key for key in dict.fromkeys(keys) if key not in loading]
        if new:
            load = _Load[KeyT, ValueT](new)
            load.task = asyncio.get_running_loop().create_task(self._run(load))
            loading.update(dict.fromkeys(new, load))
        loads = list(dict.fromkeys(map(loading.__getitem__, keys)))
        for each in loads:
            each.waiting += 1
        return loads

    async def _wait_for(self, loads: Sequence[_Load[KeyT, ValueT]]) -> list[Mapping[KeyT, ValueT]]:
        """A load goes on as long as anybody waits for it."""
        try:
            return [await asyncio.shield(load.task) for load in loads]
        finally:
            for load in loads:
                load.waiting -= 1
                if not load.waiting and not load.task.done():
                    self._end(load)
                    load.task.cancel()

    async def _run(self, load: _Load[KeyT, ValueT]) -> Mapping[KeyT, ValueT]:
        try:
            values = await self._load(load.keys)
            if self.is_open:
                self._keep(load, values)
            return values
        finally:
            self._end(load)

    def _keep(self, load: _Load[KeyT, ValueT], values: Mapping[KeyT, ValueT]) -> None:
        kept, until, may_keep = self._kept, time.monotonic() + self._ttl_s, self._may_keep
        for key, value in values.items():
            if self._loading.get(key) is load and (may_keep is None or may_keep(value)):
                kept.pop(key, None)  # an entry's place is its age
                kept[key] = (until, value)
        while len(kept) > self._entries_max:
            del kept[next(iter(kept))]

    def _end(self, load: _Load[KeyT, ValueT]) -> None:
        for key in load.keys:
            if self._loading.get(key) is load:
                del self._loading[key]
