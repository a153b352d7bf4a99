"""``python -m clipgraph serve …`` in processes of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from kit.config import Settings

_DEADLINE_S = 60


class ServiceProcess:
    """A service; with workers, their parent, and the port that they share."""

    def __init__(self, port: int, pid: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._process = psutil.Process(pid)

    def workers(self) -> list[psutil.Process]:
        return self._process.children()

    def ask_to_end(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    async def listens(self) -> bool:
        """Whether somebody takes connections."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except ConnectionError:
            return False
        writer.close()
        return True

    async def post(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Over a connection of its own, so that either worker may take it."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/graphql", json=body) as response,
        ):
            return response.status, await response.json()

    @property
    def peak_memory_bytes(self) -> int:
        """The most that was resident at once."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024

    async def requests_counted(self) -> float:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.url}/metrics") as response,
        ):
            families = text_string_to_metric_families(await response.text())
        return sum(
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == "clipgraph_router_requests_total"
        )

    async def until_ready(self) -> None:
        async with asyncio.timeout(_DEADLINE_S), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.url}/health/ready") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)


@asynccontextmanager
async def serving(settings: Settings, *arguments: str, **more: str) -> AsyncIterator[ServiceProcess]:
    """A service on ``settings.router_port``, which ends well. ``more`` are variables of its environment."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clipgraph", "serve", *arguments),
        env={**os.environ, **_environment(settings), **more},
    )
    service = ServiceProcess(settings.router_port, process.pid)
    try:
        await service.until_ready()
        yield service
    finally:
        workers = service.workers()
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert not any(worker.is_running() for worker in workers)


def _environment(settings: Settings) -> dict[str, str]:
    """As a process of its own reads them."""
    values = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {
        f"CLIPGRAPH_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in values.items()
        if isinstance(value, (str, int, Path, SecretStr))
    }
