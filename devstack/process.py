"""Operating-system processes that may outlive whoever started them, told apart from their pid's next owner."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A pid with the moment of its birth: the pair names one process for ever, a pid alone does not."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity | None:
        """None when no such process lives."""
        born = _birth_mark(pid)
        return None if born is None else cls(pid, born)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> ProcessIdentity:
        return cls(int(content["pid"]), str(content["born"]))

    def to_json(self) -> dict[str, Any]:
        return {"pid": self.pid, "born": self.born}

    def is_alive(self) -> bool:
        """Whether this very process still runs; one that only waits to be reaped does not."""
        if _birth_mark(self.pid) != self.born:
            return False
        try:
            return psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def send(self, signal_number: signal.Signals) -> None:
        """Signals it unless it is gone already."""
        if self.is_alive():
            try:
                os.kill(self.pid, signal_number)
            except ProcessLookupError:
                return


def stop_process(
    identity: ProcessIdentity, *, gently: signal.Signals = signal.SIGTERM, deadline_s: float = 10.0
) -> bool:
    """Asks it to end, insists with SIGKILL after ``deadline_s``. Blocking. True when the asking sufficed."""
    identity.send(gently)
    if wait_for(lambda: not identity.is_alive(), deadline_s):
        return True
    identity.send(signal.SIGKILL)
    wait_for(lambda: not identity.is_alive(), 5.0)
    return False


def wait_for(condition: Callable[[], bool], deadline_s: float, pause_s: float = 0.02) -> bool:
    """Blocks until ``condition()`` holds; False when it still does not after ``deadline_s``."""
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause_s)
    return True


def _birth_mark(pid: int) -> str | None:
    """Boot and clock tick of a process's start; the wall clock would shift when somebody sets it."""
    if sys.platform != "linux":
        return _birth_time(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    ticks = stat.rpartition(")")[2].split()[19]  # field 22 of proc(5); the name before may hold spaces
    return f"{_boot_id()}:{ticks}"


def _birth_time(pid: int) -> str | None:
    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:
        return None


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
