"""Processes under measurement: started, awaited and killed by their ids."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

_READY_DEADLINE_S = 60


@asynccontextmanager
async def started(
    argv: Sequence[str | Path], place: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[int]:
    """The id of a process that listens at ``place``, a port or a Unix socket; killed when the block ends."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_READY_DEADLINE_S):
            while not await _listens(place):
                if process.returncode is not None:
                    raise RuntimeError(f"{argv} ended with {process.returncode} before it listened")
                await asyncio.sleep(0.05)
        yield process.pid
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _listens(place: str) -> bool:
    try:
        if place.isdigit():
            _, writer = await asyncio.open_connection("127.0.0.1", int(place))
        else:
            _, writer = await asyncio.open_unix_connection(place)
    except OSError:
        return False
    writer.close()
    return True
