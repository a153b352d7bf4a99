"""What `clipgraph up` writes down about itself: `.data/run/state.json`, read by `status`, `down` and tests.

``supervisor`` (pid, born) · ``phase`` (starting, running, stopping) · ``processes`` by name: pid, born, kind,
state, ports, url, restarts, log · ``environment``: the ``CLIPGRAPH_*`` addresses that its processes were given.
A pid counts only with its moment of birth, so that no stranger who got the number later is ever signalled.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from devstack.errors import DataOwnerError
from devstack.process import ProcessIdentity, stop_process
from devstack.server import make_folder
from devstack.state import StateFile

# What may lie in a data folder before `up` marks it: a service that ran alone, the tests.
_OUR_OWN = {"run", "logs", "keys", "postgres", "valkey", "seaweedfs"}


class InstanceLock:
    """Held by the one supervisor of a data folder; the kernel lets go of it however that ends."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "run" / "supervisor.lock"
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """False when another one holds it."""
        make_folder(self._path.parent)
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class DataFolder:
    """A data folder that says it is one, so that `reset` never removes anything else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._marker = path / "CLIPGRAPH_DATA"

    def claim(self) -> None:
        """Creates and marks it; a folder with other things in it is refused."""
        make_folder(self.path)
        if self._marker.exists():
            return
        strangers = sorted(entry.name for entry in self.path.iterdir() if entry.name not in _OUR_OWN)
        if strangers:
            raise DataOwnerError(self.path, f"it holds other things than clipgraph's ({strangers[0]})")
        self._marker.write_text("The local data of clipgraph; `make reset` removes this folder.\n")

    def remove(self) -> bool:
        """Removes it with everything in it; False when there is none."""
        if not self.path.exists():
            return False
        if not self._marker.exists():
            raise DataOwnerError(self.path, "it does not look like clipgraph's, so it stays")
        shutil.rmtree(self.path)
        return True


@dataclass(frozen=True, slots=True)
class RunState:
    """The file's content as others see it."""

    content: Mapping[str, Any]

    @classmethod
    def read(cls, data_dir: Path) -> RunState:
        return cls(state_file(data_dir).read())

    @property
    def supervisor(self) -> ProcessIdentity | None:
        """The supervisor, if it lives."""
        recorded = self.content.get("supervisor")
        identity = ProcessIdentity.from_json(recorded) if recorded else None
        return identity if identity is not None and identity.is_alive() else None

    @property
    def phase(self) -> str:
        return str(self.content.get("phase", "down")) if self.supervisor else "down"

    @property
    def environment(self) -> dict[str, str]:
        """``CLIPGRAPH_*`` to reach the servers; put it over your own to talk to this instance."""
        return dict(self.content.get("environment", {}))

    @property
    def processes(self) -> dict[str, dict[str, Any]]:
        return dict(self.content.get("processes", {}))

    def living(self) -> dict[str, ProcessIdentity]:
        """The recorded processes that still run, last started first."""
        identities = {
            name: ProcessIdentity.from_json(entry)
            for name, entry in self.processes.items()
            if entry.get("pid") is not None
        }
        return {name: one for name, one in reversed(identities.items()) if one.is_alive()}

    def stop_orphans(self) -> list[str]:
        """Ends what a killed supervisor left running, in reverse order of their start; the names. Blocking."""
        stopped = []
        for name, identity in self.living().items():
            entry = self.processes[name]
            stop_process(
                identity,
                gently=signal.Signals(int(entry["stop_signal"])),
                deadline_s=float(entry["stop_deadline_s"]),
            )
            end_group(identity.pid)
            stopped.append(name)
        return stopped


def state_file(data_dir: Path) -> StateFile:
    return StateFile(data_dir / "run" / "state.json")


def end_group(leader_pid: int) -> None:
    """Ends what a process that is gone left in its own group, such as an ffmpeg of a killed media worker."""
    try:
        os.killpg(leader_pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # nobody is left in it
