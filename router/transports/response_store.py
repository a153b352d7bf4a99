"""Where responses of subgraphs are kept."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """``value`` is encoded; ``tags`` are by what it can be dropped."""

    key: str
    value: bytes
    ttl_s: float
    tags: tuple[str, ...]


class ResponseStore(Protocol):
    """An outage is a miss."""

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """In the order of the keys."""

    async def put_many(self, entries: Sequence[Entry]) -> None:
        """Keeps them for their time."""

    async def drop(self, tags: Iterable[str]) -> int:
        """Forgets what has one of the tags; answers how many there were."""

    async def close(self) -> None:
        """Gives connections back."""


class MemoryResponses:
    """The entries used last, in this process."""

    def __init__(self, limit: int, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._now = now
        self._entries: OrderedDict[str, tuple[Entry, float]] = OrderedDict()
        self._tagged: dict[str, set[str]] = {}

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """See ResponseStore."""
        return [self._get(key) for key in keys]

    async def put_many(self, entries: Sequence[Entry]) -> None:
        """See ResponseStore."""
        for entry in entries:
            self._remove(entry.key)
            self._entries[entry.key] = entry, self._now() + entry.ttl_s
            for tag in entry.tags:
                self._tagged.setdefault(tag, set()).add(entry.key)
        while len(self._entries) > self._limit:
            self._remove(next(iter(self._entries)))

    async def drop(self, tags: Iterable[str]) -> int:
        """See ResponseStore."""
        keys = {key for tag in tags for key in self._tagged.get(tag, ())}
        for key in keys:
            self._remove(key)
        return len(keys)

    async def close(self) -> None:
        """Nothing to give back."""

    def _get(self, key: str) -> bytes | None:
        known = self._entries.get(key)
        if known is None:
            return None
        if known[1] <= self._now():
            self._remove(key)
            return None
        self._entries.move_to_end(key)
        return known[0].value

    def _remove(self, key: str) -> None:
        known = self._entries.pop(key, None)
        for tag in known[0].tags if known else ():
            keys = self._tagged[tag]
            keys.discard(key)
            if not keys:
                del self._tagged[tag]
