"""The parent: owns the socket, and keeps its workers running."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from kit.telemetry import get_logger
from kit.workers.board import Board
from kit.workers.told import Told
from kit.workers.worker import BOARD, PLACE_VARIABLE, WorkerPlace

_BACKLOG = 2048
_PAUSE_S, _PAUSE_MAX_S = 0.1, 5.0
_LONG_S = 10.0
"""Whoever lived so long was well: the next start is at once."""

_log = get_logger("workers")


class WorkerFailedError(Exception):
    """No worker could start; they have said why."""


async def run_workers(
    argv: Sequence[str],
    count: int,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    stop_deadline_s: float,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Runs ``argv`` ``count`` times, each a worker of one port, until ``stop``; one that ends begins anew.

    Connections wait in one queue, which belongs to the parent: those that a worker had not accepted when it died are
    accepted by the others. Raises WorkerFailedError when the first of them end before they serve, and OSError for a
    port that can't be had.
    """
    with (
        TemporaryDirectory(prefix="clipgraph-workers-") as folder,
        socket.create_server((host, port), backlog=_BACKLOG) as listener,
    ):
        Board.create(Path(folder) / BOARD, count)
        lifeline, held = os.pipe()
        try:
            crew = _Crew(argv, {**os.environ, **(environment or {})}, stop, stop_deadline_s)
            places = [
                WorkerPlace(number, listener.fileno(), lifeline, Path(folder))
                for number in range(1, count + 1)
            ]
            _log.info("workers_started", count=count, host=host, port=listener.getsockname()[1])
            async with asyncio.TaskGroup() as group:
                for place in places:
                    group.create_task(crew.keep(place))
                await stop.wait()
                # Workers close it too: who comes while they finish is refused, and may go elsewhere.
                listener.close()
        except* WorkerFailedError as errors:
            raise errors.exceptions[0] from None
        finally:
            os.close(lifeline)
            os.close(held)


class _Crew:
    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], stop: asyncio.Event, deadline_s: float
    ) -> None:
        self._argv = argv
        self._environment = environment
        self._stop = stop
        self._deadline_s = deadline_s
        self._has_served = False

    async def keep(self, place: WorkerPlace) -> None:
        """Until ``stop``. Raises WorkerFailedError."""
        pause_s = _PAUSE_S
        while not self._stop.is_set():
            began = time.monotonic()
            code = await self._run_once(place)
            if self._stop.is_set():
                return
            lived_s = time.monotonic() - began
            # Its socket stays behind when it dies, and was never there when it didn't get so far.
            self._has_served = self._has_served or place.socket_path.exists()
            if not self._has_served and code > 0:
                raise WorkerFailedError(f"worker {place.number} ended with status {code} before it served")
            pause_s = _PAUSE_S if lived_s > _LONG_S else min(_PAUSE_MAX_S, 2 * pause_s)
            _log.warning("worker_ended", worker=place.number, status=code, again_in_s=pause_s)
            await self._pause(pause_s)

    async def _run_once(self, place: WorkerPlace) -> int:
        """Its exit status."""
        process = await asyncio.create_subprocess_exec(
            *self._argv,
            env={**self._environment, PLACE_VARIABLE: place.encode()},
            pass_fds=(place.listener, place.lifeline),
            stdin=asyncio.subprocess.DEVNULL,
        )
        _log.info("worker_started", worker=place.number, pid=process.pid)
        ended = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if process.returncode is None:
                await self._end(process)
            ended.cancel()
        Told(place.folder).bury(place.number, process.pid)
        return process.returncode or 0

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self._deadline_s):
                await process.wait()
        except TimeoutError:
            _log.warning("worker_killed", pid=process.pid)
            process.kill()
            await process.wait()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return
