"""Dataloaders, traced, and loading many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from aiodataloader import DataLoader

from kit.telemetry import span

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Loader(DataLoader[KeyT, ValueT]):
    """A dataloader of one access path. Subclasses give ``batch_load_fn``; each batch is a span of that name."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        load = cls.__dict__.get("batch_load_fn")
        if load is None:
            return

        async def traced(self: Any, keys: list[Any]) -> Any:
            with span("loader.batch", loader=cls.__name__, keys=len(keys)):
                return await load(self, keys)

        cls.batch_load_fn = traced  # type: ignore[assignment, misc]


async def load_known(
    loader: DataLoader[KeyT, ValueT | None], keys: Sequence[KeyT | None]
) -> list[ValueT | None]:
    """What the loader has for each key; None for no key. Keys are loaded together."""
    futures = [None if key is None else loader.load(key) for key in keys]
    return [None if future is None else await future for future in futures]
