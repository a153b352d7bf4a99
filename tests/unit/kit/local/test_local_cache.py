"""A local cache under concurrency: one load a key, nothing kept that was forgotten meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from kit.local import LocalCache


class Store:
    """Values that a test changes, and loads that it lets go on."""

    def __init__(self, **values: int) -> None:
        self.values = dict(values)
        self.loads: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.was_cancelled = False

    async def load(self, keys: Sequence[str]) -> Mapping[str, int]:
        self.loads.append(list(keys))
        read = {key: self.values[key] for key in keys if key in self.values}
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        return read


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_kept_is_not_read_again() -> None:
    store = Store(a=1, b=2)
    cache = LocalCache("test", store.load, ttl_s=60)
    assert await cache.find(["a", "b", "a", "c"]) == {"a": 1, "b": 2}
    assert await cache.find(["b", "a"]) == {"a": 1, "b": 2}
    assert await cache.find(["a", "c"]) == {"a": 1}
    assert store.loads == [["a", "b", "c"], ["c"]]


async def test_many_who_ask_at_once_share_one_read() -> None:
    store = Store(a=1, b=2)
    store.gate.clear()
    cache = LocalCache("test", store.load, ttl_s=0)
    asking = [asyncio.create_task(cache.find(keys)) for keys in (["a"], ["a", "b"], ["b", "a"])]
    await _turns()
    store.gate.set()
    assert await asyncio.gather(*asking) == [{"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2}]
    assert store.loads == [["a"], ["b"]]


async def test_what_was_forgotten_while_it_was_read_is_read_anew() -> None:
    store = Store(a=1)
    store.gate.clear()
    cache = LocalCache("test", store.load, ttl_s=60)
    early = asyncio.create_task(cache.find(["a"]))
    await _turns()
    store.values["a"] = 2
    cache.forget(["a"])
    late = asyncio.create_task(cache.find(["a"]))
    await _turns()
    store.gate.set()
    assert await early == {"a": 1}
    assert await late == {"a": 2}
    assert await cache.find(["a"]) == {"a": 2}


@pytest.mark.parametrize("how", ["closed", "refused", "over"])
async def test_what_may_not_be_kept_is_read_each_time(how: str) -> None:
    store = Store(a=1)
    cache = LocalCache(
        "test",
        store.load,
        ttl_s=0 if how == "over" else 60,
        may_keep=lambda value: how != "refused" or value != 1,
    )
    cache.is_open = how != "closed"
    for _ in range(2):
        assert await cache.find(["a"]) == {"a": 1}
    assert store.loads == [["a"], ["a"]]


async def test_the_oldest_go_first() -> None:
    store = Store(**{f"k{number}": number for number in range(5)})
    cache = LocalCache("test", store.load, ttl_s=60, entries_max=3)
    for number in range(5):
        await cache.find([f"k{number}"])
    store.loads.clear()
    await cache.find([f"k{number}" for number in range(5)])
    assert store.loads == [["k0", "k1"]]


async def test_an_error_is_everybodys_and_is_not_kept() -> None:
    store = Store(a=1)

    async def load(keys: Sequence[str]) -> Mapping[str, int]:
        found = await store.load(keys)
        if not failed:
            failed.append(True)
            raise ConnectionError
        return found

    failed: list[bool] = []
    cache = LocalCache("test", load, ttl_s=60)
    first = await asyncio.gather(cache.find(["a"]), cache.find(["a"]), return_exceptions=True)
    assert [type(each) for each in first] == [ConnectionError, ConnectionError]
    assert await cache.find(["a"]) == {"a": 1}


async def test_a_read_goes_on_while_one_waits_for_it_and_ends_with_the_last() -> None:
    store = Store(a=1)
    store.gate.clear()
    cache = LocalCache("test", store.load, ttl_s=60)
    first, second = (asyncio.create_task(cache.find(["a"])) for _ in range(2))
    await _turns()
    first.cancel()
    await _turns()
    assert not store.was_cancelled
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    await _turns()
    assert store.was_cancelled
    store.gate.set()
    assert await cache.find(["a"]) == {"a": 1}
