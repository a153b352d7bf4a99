"""Servers under measurement, as processes of their own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import aiohttp

_READY_DEADLINE_S = 60


@asynccontextmanager
async def serving(argv: Sequence[str], environment: Mapping[str, str], ready_url: str) -> AsyncIterator[int]:
    """Runs a command until the block ends; enters with its process id when ``ready_url`` answers 200."""
    process = await asyncio.create_subprocess_exec(
        *argv, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    reading = asyncio.create_task(_tail(process))
    try:
        await _until_ready(process, ready_url, reading)
        yield process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()
        await reading


async def _tail(process: asyncio.subprocess.Process) -> bytes:
    assert process.stderr is not None
    tail = b""
    while chunk := await process.stderr.read(4096):
        tail = (tail + chunk)[-4096:]
    return tail


async def _until_ready(process: asyncio.subprocess.Process, url: str, reading: asyncio.Task[bytes]) -> None:
    async with asyncio.timeout(_READY_DEADLINE_S), aiohttp.ClientSession() as session:
        while True:
            if process.returncode is not None:
                raise RuntimeError((await reading).decode("utf-8", "replace"))
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
            else:
                await asyncio.sleep(0.1)
