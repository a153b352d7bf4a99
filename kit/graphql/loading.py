"""Loading many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from aiodataloader import DataLoader

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


async def load_known(
    loader: DataLoader[KeyT, ValueT | None], keys: Sequence[KeyT | None]
) -> list[ValueT | None]:
    """What the loader has for each key; None for no key. Keys are loaded together."""
    futures = [None if key is None else loader.load(key) for key in keys]
    return [None if future is None else await future for future in futures]
