"""Loader-declared fields: all keys of a column at once, once for all the fields that are made of the same load."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final

from aiodataloader import DataLoader

from kit.graphql.compiled.filling import Cells, fill
from kit.graphql.compiled.leaves import ORDINARY
from kit.graphql.compiled.plan import FieldPlan
from kit.graphql.compiled.recipes import Load
from kit.graphql.compiled.run import Later, await_all
from kit.graphql.loading import Loader

_NULL: Final = type(None)


def group_loads(fields: Sequence[FieldPlan]) -> list[list[FieldPlan]]:
    """Leaves that the same loader gives by the same key together, every other field by itself; in their order."""
    groups: list[list[FieldPlan]] = []
    known: dict[Any, list[FieldPlan]] = {}
    for field in fields:
        if not isinstance(field.recipe, Load) or not field.is_leaf:
            groups.append([field])
            continue
        batched = field.recipe.batched
        group = known.setdefault((batched.source, batched.key_name), [])
        if not group:
            groups.append(group)
        group.append(field)
    return groups


def load_column(group: Sequence[Cells], objects: Sequence[Any], later: Later) -> None:
    """Begins to load the fields of a group for all objects; the values of their cells are yet to come."""
    first = group[0]
    recipe = first.field.recipe
    assert isinstance(recipe, Load)
    batched = recipe.batched
    loading: Coroutine[Any, Any, list[Any]] | None = None
    try:
        loader = batched.loader(first.run.context)
    except Exception as error:  # noqa: BLE001 - the error of every object's field
        for cells in group:
            cells.values = [error] * len(objects)
    else:
        loading = _begin(loader, _keys(objects, batched.key))
    (later.columns if first.field.waits_below else later.loads).append(_await_loads(group, loading))


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


async def _await_loads(group: Sequence[Cells], loading: Coroutine[Any, Any, list[Any]] | None) -> None:
    run = group[0].run
    if loading is not None:
        values = await loading
        for cells in group:
            assert isinstance(cells.field.recipe, Load)
            then = cells.field.recipe.batched.then
            cells.values = values if then is None else _make(values, then)
    run.moment += 1
    later = Later()
    for cells in group:
        fill(cells, later, is_awaited=True)
    if later.columns or later.loads:
        await later.drain()


def _make(values: Sequence[Any], then: Callable[[Any], Any]) -> list[Any]:
    """What ``then`` makes of each value that is one."""
    kinds = set(map(type, values))
    if _NULL not in kinds and all(map(ORDINARY.__getitem__, kinds)):
        with suppress(Exception):
            return list(map(then, values))
    made: list[Any] = []
    for value in values:
        try:
            made.append(value if value is None or isinstance(value, Exception) else then(value))
        except Exception as error:  # noqa: BLE001 - the error of this object's field
            made.append(error)
    return made
