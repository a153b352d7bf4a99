"""``python -m router serve`` in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from devstack.ports import find_free_port

_DEADLINE_S = 30


@dataclass(frozen=True, slots=True)
class RouterProcess:
    """``url`` is its base."""

    url: str
    pid: int

    @property
    def peak_memory_bytes(self) -> int:
        """The most that was resident at once."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024


@asynccontextmanager
async def router_process(*arguments: str) -> AsyncIterator[RouterProcess]:
    """Ready; ends with status 0 or the test fails."""
    port = find_free_port()
    command = [sys.executable, "-m", "router", "serve", *arguments, "--port", str(port)]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(_DEADLINE_S), aiohttp.ClientSession() as session:
            while not await _answers(session, f"{url}/health/ready"):
                assert process.returncode is None, "the router ended before it was ready"
                await asyncio.sleep(0.05)
        yield RouterProcess(url, process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        assert await process.wait() == 0


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False
