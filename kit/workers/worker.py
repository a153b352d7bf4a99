"""A worker's side: what it inherits, and what it tells the others."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kit.telemetry import get_logger
from kit.telemetry.metrics import render_metrics
from kit.workers.board import Board
from kit.workers.told import Told

PLACE_VARIABLE = "CLIPGRAPH_WORKER_PLACE"
"""``number:listener:lifeline:folder``, set by the parent and by nobody else."""

BOARD = "board"
"""The file of ``Board``, in the folder."""

_PEER_TIMEOUT_S = 2.0
_log = get_logger("workers")


@dataclass(frozen=True, slots=True)
class WorkerPlace:
    """``listener`` and ``lifeline`` are file descriptors: the shared socket, and a pipe that ends with the parent.
    ``folder`` holds a socket of each worker, by its number.
    """

    number: int
    listener: int
    lifeline: int
    folder: Path

    def encode(self) -> str:
        return f"{self.number}:{self.listener}:{self.lifeline}:{self.folder}"

    @property
    def socket_path(self) -> Path:
        return self.folder / f"{self.number}.sock"

    def open_listener(self) -> socket.socket:
        """Call once: the socket is the caller's to close, and nobody's here after that."""
        return socket.socket(fileno=self.listener)

    def open_board(self) -> Board:
        return Board(self.folder / BOARD, self.number)

    @asynccontextmanager
    async def taken(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """While the block runs the others can read our metrics. ``stop`` is set when the parent is gone; what it would have
        tidied up is ours then.
        """
        loop = asyncio.get_running_loop()
        is_orphan = asyncio.Event()

        def notice() -> None:
            loop.remove_reader(self.lifeline)
            is_orphan.set()
            stop.set()

        loop.add_reader(self.lifeline, notice)
        self.socket_path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._tell, self.socket_path)
        try:
            yield
        finally:
            loop.remove_reader(self.lifeline)
            server.close()
            if is_orphan.is_set():
                shutil.rmtree(self.folder, ignore_errors=True)
            else:
                self._keep()
                self.socket_path.unlink(missing_ok=True)

    async def render_all(self) -> bytes:
        """The metrics of all workers; of one that can't be asked, what it told last."""
        self._keep()
        others = [path for path in self.folder.glob("*.sock") if path != self.socket_path]
        await asyncio.gather(*(self._ask(path) for path in others))
        return Told(self.folder).render()

    async def _ask(self, path: Path) -> None:
        """Returns when it has left its metrics in the folder."""
        try:
            async with asyncio.timeout(_PEER_TIMEOUT_S):
                reader, writer = await asyncio.open_unix_connection(path)
                try:
                    await reader.read()
                finally:
                    writer.close()
        except (OSError, TimeoutError) as error:
            _log.warning("worker_not_asked", worker=path.stem, reason=type(error).__name__)

    async def _tell(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self._keep()
        finally:
            writer.close()

    def _keep(self) -> None:
        Told(self.folder).keep(self.number, os.getpid(), render_metrics())


@cache
def worker_place() -> WorkerPlace | None:
    """Of this process; None for one that nobody made a worker. Taken out of the environment: children are none."""
    text = os.environ.pop(PLACE_VARIABLE, None)
    if text is None:
        return None
    number, listener, lifeline, folder = text.split(":", 3)
    return WorkerPlace(int(number), int(listener), int(lifeline), Path(folder))
