"""Loader-declared fields: all keys of a column at once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final

from aiodataloader import DataLoader

from kit.graphql.compiled.filling import Cells, fill
from kit.graphql.compiled.leaves import ORDINARY
from kit.graphql.compiled.recipes import Load
from kit.graphql.compiled.run import Later, await_all
from kit.graphql.loading import Loader

_NULL: Final = type(None)


def load_column(cells: Cells, objects: Sequence[Any], later: Later) -> None:
    """Begins to load the field for all objects; the values of ``cells`` are yet to come."""
    recipe = cells.field.recipe
    assert isinstance(recipe, Load)
    batched = recipe.batched
    loading: Coroutine[Any, Any, list[Any]] | None = None
    try:
        loader = batched.loader(cells.run.context)
    except Exception as error:  # noqa: BLE001 - the error of every object's field
        cells.values = [error] * len(objects)
    else:
        loading = _begin(loader, _keys(objects, batched.key))
    (later.columns if cells.field.waits_below else later.loads).append(_await_loads(cells, loading))


def _keys(objects: Sequence[Any], key_of: Callable[[Any], Any]) -> list[Any]:
    """The key of each object, or what reading it raised."""
    with suppress(Exception):
        return list(map(key_of, objects))
    keys: list[Any] = []
    for each in objects:
        try:
            keys.append(key_of(each))
        except Exception as error:  # noqa: BLE001 - the error of this object's field
            keys.append(error)
    return keys


def _begin(loader: DataLoader[Any, Any], keys: list[Any]) -> Coroutine[Any, Any, list[Any]]:
    if isinstance(loader, Loader) and all(map(ORDINARY.__getitem__, set(map(type, keys)) - {_NULL})):
        with suppress(TypeError):  # a key that can't be hashed; the others can
            return loader.load_column(keys)
    loading: list[Any] = []
    for key in keys:
        try:
            loading.append(key if key is None or isinstance(key, Exception) else loader.load(key))
        except Exception as error:  # noqa: BLE001 - the error of this object's field
            loading.append(error)
    return await_all(loading)


async def _await_loads(cells: Cells, loading: Coroutine[Any, Any, list[Any]] | None) -> None:
    assert isinstance(cells.field.recipe, Load)
    then = cells.field.recipe.batched.then
    if loading is not None:
        values = await loading
        cells.values = values if then is None else [_made(value, then) for value in values]
    cells.run.moment += 1
    later = Later()
    fill(cells, later, is_awaited=True)
    if later.columns or later.loads:
        await later.drain()


def _made(value: Any, then: Callable[[Any], Any]) -> Any:
    try:
        return value if value is None or isinstance(value, Exception) else then(value)
    except Exception as error:  # noqa: BLE001 - the error of this object's field
        return error
