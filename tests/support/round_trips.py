"""Counting what an operation asks of Valkey; ``kit.db.counting`` counts its statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kit.waiting_pool import WaitingPool


@contextmanager
def observed_round_trips() -> Iterator[list[None]]:
    """One item a command, script or pipeline that this process sends meanwhile."""
    seen: list[None] = []
    take = WaitingPool.get_connection

    async def counting(self: WaitingPool, *arguments: Any, **options: Any) -> Any:
        seen.append(None)
        return await take(self, *arguments, **options)

    WaitingPool.get_connection = counting  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        WaitingPool.get_connection = take  # type: ignore[method-assign]
