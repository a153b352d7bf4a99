"""Loader-declared fields: all keys of a column at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kit.graphql.compiled.filling import Cells, fill
from kit.graphql.compiled.recipes import Load
from kit.graphql.compiled.run import Later


def load_column(cells: Cells, objects: Sequence[Any], later: Later) -> None:
    """Begins to load the field for all objects; the values of ``cells`` are yet to come."""
    recipe = cells.field.recipe
    assert isinstance(recipe, Load)
    batched = recipe.batched
    loading: list[Any] = []
    try:
        load, key_of = batched.loader(cells.run.context).load, batched.key
    except Exception as error:  # noqa: BLE001 - no loader: the error of every object's field
        loading = [error] * len(objects)
    else:
        for each in objects:
            try:
                key = key_of(each)
                loading.append(None if key is None else load(key))
            except Exception as error:  # noqa: BLE001 - the error of this object's field
                loading.append(error)
    cells.values = loading
    (later.columns if cells.field.waits_below else later.loads).append(_await_loads(cells))


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
