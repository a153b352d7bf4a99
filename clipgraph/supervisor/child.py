"""One process's life: started, waited for, and ended. Restarting it is the supervisor's business."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Protocol

from clipgraph.supervisor.run_state import end_group
from devstack.errors import DevStackError, NotReadyError, ServerExitedError
from devstack.process import ProcessIdentity
from devstack.server import Command, make_folder
from devstack.stack import tail

State = Literal["waiting", "starting", "ready", "stopping", "stopped"]


class Managed(Protocol):
    """What can be run: a `devstack.server.Server` or a `processes.PythonProcess`."""

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def ports(self) -> tuple[int, ...]: ...
    @property
    def stop_signal(self) -> signal.Signals: ...
    @property
    def stop_deadline_s(self) -> float: ...
    def prepare(self) -> None: ...
    def command(self) -> Command: ...
    async def is_ready(self) -> bool: ...
    async def settle_in(self) -> None: ...
    def diagnose(self, log_tail: str) -> DevStackError | None: ...
    def clean_up(self) -> None: ...


class Child:
    """A ``Managed`` with its operating-system process. ``on_change`` is called after every change of state."""

    def __init__(self, what: Managed, kind: str, log: Path, on_change: Callable[[], None]) -> None:
        self.what = what
        self.kind = kind
        self.log = log
        self.restarts = 0
        self.state: State = "waiting"
        self._on_change = on_change
        self._process: asyncio.subprocess.Process | None = None
        self._identity: ProcessIdentity | None = None
        self._started_at = 0.0

    @property
    def name(self) -> str:
        return self.what.name

    @property
    def ran_s(self) -> float:
        """Seconds since the last start."""
        return time.monotonic() - self._started_at

    async def start(self, deadline_s: float) -> None:
        """Returns when it is ready. Raises ``DevStackError`` when it cannot be, having ended it."""
        self._started_at = time.monotonic()
        self._set("starting")
        try:
            await asyncio.to_thread(self.what.prepare)
            await self._spawn()
            await self._until_ready(deadline_s)
            await self.what.settle_in()
        except DevStackError:
            await self.stop()
            raise
        self._set("ready")

    async def wait(self) -> int:
        """Returns the exit status when it ends, after clearing what it left."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        status = await self._process.wait()
        self._forget()
        return status

    async def stop(self) -> None:
        """Asks it to end, insists after its deadline; no matter if it does not run."""
        process = self._process
        if process is None:
            self._set("stopped")
            return
        self._set("stopping")
        _signal(process, self.what.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), self.what.stop_deadline_s)
        except TimeoutError:
            _signal(process, signal.SIGKILL)
            await process.wait()
        self._forget()
        self._set("stopped")

    def wait_for_restart(self) -> None:
        """Says that it is down and will be started again."""
        self._set("waiting")

    def kill(self) -> None:
        """Ends it at once."""
        if self._process is not None:
            _signal(self._process, signal.SIGKILL)

    def to_json(self) -> dict[str, Any]:
        """Its entry in the state file."""
        identity = self._identity.to_json() if self._identity else {"pid": None, "born": None}
        return {
            **identity,
            "kind": self.kind,
            "state": self.state,
            "url": self.what.url,
            "ports": list(self.what.ports),
            "restarts": self.restarts,
            "log": str(self.log),
            "stop_signal": int(self.what.stop_signal),
            "stop_deadline_s": self.what.stop_deadline_s,
        }

    # -- parts --------------------------------------------------------------------------------------

    async def _spawn(self) -> None:
        """In a session of its own: a Ctrl-C at the terminal is the supervisor's to pass on, in order.

        Its output goes to the log file, not to a pipe of ours, so that it survives the supervisor.
        """
        command = self.what.command()
        make_folder(self.log.parent)
        account = command.account
        with self.log.open("ab") as output:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *command.argv,
                    cwd=command.cwd,
                    env={**os.environ, **command.env},
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=asyncio.subprocess.STDOUT,
                    start_new_session=True,
                    user=account.uid if account else None,
                    group=account.gid if account else None,
                    extra_groups=[] if account else None,
                )
            except OSError as error:
                raise DevStackError(
                    f"{self.name} cannot be started: {error}", "mend that, or install again: `make install`"
                ) from error
        self._identity = ProcessIdentity.of(self._process.pid)
        self._on_change()

    async def _until_ready(self, deadline_s: float) -> None:
        process = self._process
        if process is None:
            raise RuntimeError(f"{self.name} was never started")
        end = time.monotonic() + deadline_s
        while not await self.what.is_ready():
            if process.returncode is not None:
                log_tail = tail(self.log)
                raise self.what.diagnose(log_tail) or ServerExitedError(
                    self.name, process.returncode, self.log, log_tail
                )
            if time.monotonic() > end:
                raise NotReadyError(self.name, deadline_s, self.log, tail(self.log))
            await asyncio.sleep(0.1)

    def _forget(self) -> None:
        if self._process is not None:
            end_group(self._process.pid)
        self.what.clean_up()
        self._process = None
        self._identity = None

    def _set(self, state: State) -> None:
        self.state = state
        self._on_change()


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    if process.returncode is None:
        try:
            process.send_signal(number)
        except ProcessLookupError:
            return
