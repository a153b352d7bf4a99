"""Loader-declared fields: all keys of a column at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from aiodataloader import DataLoader
from aiodataloader import Loader as _Queued

from kit.graphql.compiled.filling import Cells, fill
from kit.graphql.compiled.recipes import Load
from kit.graphql.compiled.run import Later


def load_column(cells: Cells, objects: Sequence[Any], later: Later) -> None:
    """Begins to load the field for all objects; the values of ``cells`` are yet to come."""
    recipe = cells.field.recipe
    assert isinstance(recipe, Load)
    batched = recipe.batched
    try:
        loader = batched.loader(cells.run.context)
    except Exception as error:  # noqa: BLE001 - the error of every object's field
        cells.values = [error] * len(objects)
    else:
        cells.values = _load_each(loader, _keys(objects, batched.key))
    (later.columns if cells.field.waits_below else later.loads).append(_await_loads(cells))


def _keys(objects: Sequence[Any], key_of: Callable[[Any], Any]) -> list[Any]:
    """The key of each object, or what reading it raised."""
    keys: list[Any] = []
    for each in objects:
        try:
            keys.append(key_of(each))
        except Exception as error:  # noqa: BLE001 - the error of this object's field
            keys.append(error)
    return keys


def _load_each(loader: DataLoader[Any, Any], keys: list[Any]) -> list[Any]:
    """A future for each key, as ``loader.load`` gives it; None and exceptions stay what they are."""
    load = loader.load
    loading: list[Any] = []
    if not _is_plain(loader):
        for key in keys:
            try:
                loading.append(key if key is None or isinstance(key, Exception) else load(key))
            except Exception as error:  # noqa: BLE001 - as above
                loading.append(error)
        return loading
    known, queue, create_future = loader._cache, loader._queue, loader.loop.create_future
    for key in keys:
        try:
            future = known.get(key)
            if future is None and key is not None and not isinstance(key, Exception):
                if not queue:
                    future = load(key)
                else:
                    future = known[key] = create_future()
                    queue.append(_Queued(key, future))
            loading.append(key if future is None else future)
        except Exception as error:  # noqa: BLE001 - a key that can't be hashed
            loading.append(error)
    return loading


@lru_cache(256)
def _has_plain_load(kind: Any) -> bool:
    return (
        kind.load is DataLoader.load
        and kind.do_resolve_reject is DataLoader.do_resolve_reject
        and "get_cache_key" not in {name for base in kind.__mro__ for name in vars(base)}
    )


def _is_plain(loader: DataLoader[Any, Any]) -> bool:
    """Whether ``load`` does what aiodataloader's own does, which can be done for many keys at once."""
    kind: Any = type(loader)
    return (
        _has_plain_load(kind)
        and bool(loader.cache)
        and loader.batch
        and loader.get_cache_key.__module__ == DataLoader.__module__
    )


async def _await_loads(cells: Cells) -> None:
    assert isinstance(cells.field.recipe, Load)
    then = cells.field.recipe.batched.then
    values: list[Any] = []
    for future in cells.values:
        if future is None or isinstance(future, Exception):
            values.append(future)
            continue
        try:
            value = future.result() if future.done() else await future
            values.append(value if then is None or value is None else then(value))
        except Exception as error:  # noqa: BLE001 - the error of this object's field
            values.append(error)
    later = Later()
    cells.run.moment += 1
    cells.values = values
    fill(cells, later, is_awaited=True)
    if later.columns or later.loads:
        await later.drain()
