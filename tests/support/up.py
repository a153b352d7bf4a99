"""`clipgraph up` as people run it: a process of its own, on a data folder and ports of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from clipgraph.supervisor.processes import REPOSITORY
from clipgraph.supervisor.run_state import RunState
from devstack.ports import find_free_port
from devstack.process import ProcessIdentity

_UP_DEADLINE_S = 90
_DOWN_DEADLINE_S = 60


class Up:
    """A running instance, seen from outside."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.log = data_dir.parent / "up.log"
        self.router, self.realtime, self.origin = find_free_port(), find_free_port(), find_free_port()
        self._environment = {
            **os.environ,
            "CLIPGRAPH_DATA_DIR": str(data_dir),
            "CLIPGRAPH_ROUTER_PORT": str(self.router),
            "CLIPGRAPH_REALTIME_PORT": str(self.realtime),
            "CLIPGRAPH_ORIGIN_PORT": str(self.origin),
        }

    def spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "clipgraph", *arguments],
                cwd=REPOSITORY,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def status(self) -> RunState:
        """What `clipgraph status --json` tells."""
        return RunState(json.loads(self.output_of("status", "--json")))

    def output_of(self, *arguments: str) -> str:
        """What a command says to this instance. Raises CalledProcessError."""
        answer = subprocess.run(
            [sys.executable, "-m", "clipgraph", *arguments],
            cwd=REPOSITORY,
            env={**self._environment, **self.state.environment},
            capture_output=True,
            check=True,
            text=True,
            timeout=30,
        )
        return answer.stdout

    @property
    def state(self) -> RunState:
        """The same from the file behind it, for who asks often."""
        return RunState.read(self.data_dir)

    def identities(self) -> dict[str, ProcessIdentity]:
        return {
            name: ProcessIdentity.from_json(entry)
            for name, entry in self.state.processes.items()
            if entry["pid"] is not None
        }

    def is_back(self, name: str, killed: ProcessIdentity) -> bool:
        entry = self.state.processes[name]
        return entry["state"] == "ready" and entry["pid"] not in {None, killed.pid}


@asynccontextmanager
async def running_up(data_dir: Path) -> AsyncIterator[Up]:
    """`clipgraph up --no-seed`, ready; stopped by a signal when the block ends."""
    up = Up(data_dir)
    process = up.spawn("up", "--no-seed")
    try:
        await until(lambda: up.state.phase == "running" or process.poll() is not None, _UP_DEADLINE_S)
        assert process.poll() is None, up.log.read_text()
        yield up
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        await until(lambda: process.poll() is not None, _DOWN_DEADLINE_S)


async def until(condition: Callable[[], bool], deadline_s: float) -> None:
    """Returns when it holds; raises TimeoutError."""
    async with asyncio.timeout(deadline_s):
        while not condition():
            await asyncio.sleep(0.05)
