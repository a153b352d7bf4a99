"""Holds the servers of a test run for as long as somebody uses them: ``python -m devstack.keeper FOLDER``.

Users hold a shared lock on ``FOLDER/users.lock``. The kernel drops it when they end, however they end; then
the keeper gets the exclusive lock, stops the servers, forgets their data and ends too. Whoever comes meanwhile
waits for the shared lock and finds a clean folder. `devstack.testing` is the other side.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import IO

from devstack.errors import DevStackError
from devstack.process import ProcessIdentity
from devstack.stack import DevStack
from devstack.state import StateFile

_POLL_S = 0.2


def main(folder: Path) -> int:
    """Runs until the last user left. The one who starts it holds the shared lock already."""
    return asyncio.run(_keep(folder))


async def _keep(folder: Path) -> int:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    report = StateFile(folder / "keeper.json")
    stack = DevStack(folder / "data", durable=False, kafka=True)
    with (folder / "users.lock").open("a") as users:
        try:
            await stack.start()
        except DevStackError as error:
            report.write({"error": str(error)})
            return 1
        _announce(report)
        try:
            await _until_unused(users, stopping)
        finally:
            report.remove()
            await stack.stop()
            shutil.rmtree(stack.data_dir)
    return 0


def _announce(report: StateFile) -> None:
    me = ProcessIdentity.of(os.getpid())
    if me is None:
        raise RuntimeError("a running process has no identity")
    report.write({"keeper": me.to_json()})


async def _until_unused(users: IO[str], stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(_POLL_S)
        else:
            return


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
