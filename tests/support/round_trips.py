"""Counting what an operation asks of Valkey; ``kit.db.counting`` counts its statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from kit.command_pipe import CommandPipe, Word
from kit.waiting_pool import WaitingPool


@contextmanager
def observed_round_trips() -> Iterator[list[None]]:
    """One item a command, script or pipeline that this process sends meanwhile."""
    seen: list[None] = []
    borrow, run = WaitingPool.get_connection, CommandPipe.run

    async def counting_borrow(self: WaitingPool, *arguments: Any, **options: Any) -> Any:
        seen.append(None)
        return await borrow(self, *arguments, **options)

    async def counting_run(self: CommandPipe, *command: Word) -> Any:
        seen.append(None)
        return await run(self, *command)

    with (
        patch.object(WaitingPool, "get_connection", counting_borrow),
        patch.object(CommandPipe, "run", counting_run),
    ):
        yield seen
