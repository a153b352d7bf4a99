"""Loaders: single keys and columns of keys meet in one batch."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.graphql.loading import Loader, load_known


class Doubles(Loader[int, int | None]):
    """Twice the key; negative keys are errors, and a batch with 13 in it fails as a whole."""

    def __init__(self, max_batch_size: int | None = None, *, cache: bool = True) -> None:
        super().__init__(max_batch_size=max_batch_size, cache=cache)
        self.batches: list[list[int]] = []

    async def batch_load_fn(self, keys: list[int]) -> list[int | None]:
        self.batches.append(list(keys))
        await asyncio.sleep(0)
        if 13 in keys:
            raise RuntimeError("unlucky")
        return [ValueError(f"negative: {key}") if key < 0 else key * 2 for key in keys]  # type: ignore[misc]


async def test_columns_and_single_keys_are_one_batch() -> None:
    loader = Doubles()
    single, column, other = loader.load(1), loader.load_column([1, 2, None, 2]), loader.load_column([2, 3])
    assert await column == [2, 4, None, 4]
    assert await other == [4, 6]
    assert await single == 2
    assert loader.batches == [[1, 2, 3]]


async def test_nothing_is_loaded_for_no_keys() -> None:
    loader = Doubles()
    assert await loader.load_column([]) == []
    assert await loader.load_column([None]) == [None]
    assert loader.batches == []


async def test_what_begins_in_the_next_turn_is_in_time() -> None:
    loader = Doubles()
    column = loader.load_column([1])

    async def late() -> int | None:
        return await loader.load(2)

    task = asyncio.ensure_future(late())
    assert (await column, await task) == ([2], 4)
    assert loader.batches == [[1, 2]]


async def test_keys_under_way_and_loaded_are_not_loaded_again() -> None:
    loader = Doubles()
    column = loader.load_column([1, 2])
    for _ in range(4):
        await asyncio.sleep(0)
    assert loader.batches == [[1, 2]]
    assert await asyncio.gather(loader.load(1), loader.load_column([2, 3])) == [2, [4, 6]]
    assert await column == [2, 4]
    assert await loader.load(2) == 4
    assert await loader.load_column([1, 3]) == [2, 6]
    assert loader.batches == [[1, 2], [3]]


async def test_an_error_is_the_value_of_its_key() -> None:
    loader = Doubles()
    one, error = await loader.load_column([1, -1])
    assert one == 2
    assert str(error) == "negative: -1"
    with pytest.raises(ValueError, match="negative: -1"):
        await loader.load(-1)
    with pytest.raises(ValueError, match="negative: -1"):
        await load_known(loader, [1, None, -1])
    assert loader.batches == [[1, -1]]


async def test_a_batch_that_fails_is_not_kept() -> None:
    loader = Doubles()
    single = loader.load(13)
    values = await loader.load_column([12, 13])
    assert [str(value) for value in values] == ["unlucky", "unlucky"]
    with pytest.raises(RuntimeError, match="unlucky"):
        await single
    assert await loader.load(12) == 24
    assert loader.batches == [[13, 12], [12]]


async def test_primed_and_cleared() -> None:
    loader = Doubles()
    loader.prime(1, 100)
    assert await loader.load_column([1, 2]) == [100, 4]
    loader.prime(2, 200)
    assert await loader.load(2) == 4
    loader.clear(2)
    loader.prime(2, 200)
    assert await loader.load_column([1, 2]) == [100, 200]
    loader.clear_all()
    assert await loader.load_column([1, 2]) == [2, 4]
    assert loader.batches == [[2], [1, 2]]


async def test_batches_are_no_larger_than_they_may_be() -> None:
    loader = Doubles(max_batch_size=2)
    assert await loader.load_column([1, 2, 3]) == [2, 4, 6]
    assert loader.batches == [[1, 2], [3]]


class Lengths(Loader[list[int], int]):
    """Its keys can't be hashed."""

    def get_cache_key(self, key: list[int]) -> tuple[int, ...]:  # type: ignore[override]
        return tuple(key)

    async def batch_load_fn(self, keys: list[list[int]]) -> list[int]:
        return [len(key) for key in keys]


async def test_a_loader_with_cache_keys_of_its_own_loads_columns_key_by_key() -> None:
    loader = Lengths()
    assert await loader.load_column([[1], [1, 2], None]) == [1, 2, None]
    assert await loader.load([1]) == 1
    loader.clear([1]).prime([1], 5)
    assert await loader.load([1]) == 5


async def test_without_a_cache_every_key_is_loaded_anew() -> None:
    loader = Doubles(cache=False)
    assert await loader.load_column([1, 1]) == [2, 2]
    assert loader.batches == [[1, 1]]


async def test_a_cancelled_batch_cancels_those_who_wait() -> None:
    loader = Doubles()
    waiting = [asyncio.ensure_future(loader.load_column([1])), asyncio.ensure_future(_get(loader, 1))]
    await asyncio.sleep(0)
    waiting[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def _get(loader: Doubles, key: int) -> int | None:
    return await loader.load(key)


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(-2, 12)), max_size=5), max_size=6), st.booleans())
def test_every_key_is_loaded_once_and_everybody_gets_it(
    columns: list[list[int | None]], pauses: bool
) -> None:
    async def load_all() -> None:
        loader = Doubles()
        tasks = []
        for column in columns:
            tasks.append(asyncio.ensure_future(loader.load_column(column)))
            if pauses:
                await asyncio.sleep(0)
        for column, values in zip(columns, await asyncio.gather(*tasks), strict=True):
            for key, value in zip(column, values, strict=True):
                assert value is None if key is None else str(value) == _shown(key)
        loaded = [key for batch in loader.batches for key in batch]
        assert len(loaded) == len(set(loaded))

    asyncio.run(load_all())


def _shown(key: int) -> str:
    return f"negative: {key}" if key < 0 else str(key * 2)
