"""What every embedded server promises to those who run it: the stack of the tests and the supervisor."""

from __future__ import annotations

import os
import shutil
import signal
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from devstack.errors import DataOwnerError, DevStackError, NoDiskSpaceError

MEBIBYTE = 1024**2


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system user that a server runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Command:
    """How to run a server in the foreground; it logs to standard output and error."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None


class Server(ABC):
    """One real server. The caller's duty, at every start: ``prepare``, run ``command``, wait until ``is_ready``,
    ``settle_in``; to end it: send ``stop_signal``, wait ``stop_deadline_s``, and only then SIGKILL."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    stop_deadline_s: ClassVar[float] = 15.0
    needed_bytes: ClassVar[int] = 64 * MEBIBYTE

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    @property
    @abstractmethod
    def ports(self) -> tuple[int, ...]:
        """Every TCP port that it listens on."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients find it, for people to read; without a password."""

    @abstractmethod
    def prepare(self) -> None:
        """Makes or checks the data folder and clears what a crash left. Blocking, idempotent.

        Raises a ``DevStackError`` where only a person can help.
        """

    @abstractmethod
    def command(self) -> Command:
        """What to run; ``prepare`` came first."""

    @abstractmethod
    async def is_ready(self) -> bool:
        """Whether it answers in its own protocol. Raises ``DevStackError`` when it never will."""

    async def settle_in(self) -> None:  # noqa: B027  (most servers need nothing)
        """What clients take for granted (a database, a bucket); idempotent, after ``is_ready``."""

    def diagnose(self, log_tail: str) -> DevStackError | None:  # noqa: ARG002
        """The cause of an early end, where the log tells one that we know."""
        return None

    def clean_up(self) -> None:  # noqa: B027  (most servers leave nothing)
        """Removes what it leaves behind outside its folder, after it ended."""


def make_folder(path: Path, mode: int = 0o755) -> None:
    """Creates ``path`` with its parents; a typed error where this user may not."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=mode)
    except PermissionError as error:
        raise DataOwnerError(path, "this user may not create it") from error
    except (FileExistsError, NotADirectoryError) as error:
        raise DataOwnerError(path, "there is a file where a folder should be") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise DataOwnerError(path, "this user may not write to it")


def require_disk_space(path: Path, needed_bytes: int) -> None:
    """Raises ``NoDiskSpaceError`` when the disk of ``path`` (which exists) has less left."""
    free = shutil.disk_usage(path).free
    if free < needed_bytes:
        raise NoDiskSpaceError(path, free, needed_bytes)
