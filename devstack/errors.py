"""What can go wrong with an embedded server, each with a way out that a person can follow.

DevStackError
├── PortTakenError          somebody else listens where we must
├── AlreadyRunningError     a live server of another owner uses this data folder
├── HalfInitialisedError    the data folder exists, but is not a whole one
├── DataVersionError        made by a server that this one cannot read
├── DataOwnerError          the data folder is not ours to use
├── PasswordMismatchError   the data folder was made with another password
├── NoDiskSpaceError
├── ServerExitedError       it ended by itself; carries the end of its log
└── NotReadyError           it runs, but does not answer in time
"""

from __future__ import annotations

from pathlib import Path

GIBIBYTE = 1024**3


class DevStackError(Exception):
    """``str()`` is the whole message for a person: what happened, then the way out."""

    def __init__(self, problem: str, way_out: str) -> None:
        super().__init__(f"{problem}\n  way out: {way_out}")
        self.problem = problem
        self.way_out = way_out


class PortTakenError(DevStackError):
    def __init__(self, port: int, wanted_by: str, holder: str | None) -> None:
        by = f" by {holder}" if holder else " by another program"
        super().__init__(
            f"port {port}, wanted by {wanted_by}, is taken{by}",
            f"stop that program, or give {wanted_by} another port",
        )
        self.port = port


class AlreadyRunningError(DevStackError):
    def __init__(self, server: str, data_dir: Path, pid: int) -> None:
        super().__init__(
            f"{server} already runs on {data_dir} (pid {pid}) and was not started by this clipgraph",
            f"stop it (kill {pid}), or choose another folder with CLIPGRAPH_DATA_DIR",
        )
        self.pid = pid


class HalfInitialisedError(DevStackError):
    def __init__(self, server: str, data_dir: Path, missing: str) -> None:
        super().__init__(
            f"the {server} folder {data_dir} is incomplete ({missing} is missing)",
            "restore the folder from a copy, or start afresh with `make reset` (forgets all local data)",
        )


class DataVersionError(DevStackError):
    def __init__(self, server: str, data_dir: Path, found: str, expected: str) -> None:
        super().__init__(
            f"{data_dir} was made by {server} {found}; the installed one is {expected}",
            f"export it with {server} {found} (pg_dump) and import it again, "
            "or start afresh with `make reset` (forgets all local data)",
        )


class DataOwnerError(DevStackError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}",
            "run as the user who owns it, change its owner (chown -R), or set CLIPGRAPH_DATA_DIR",
        )


class PasswordMismatchError(DevStackError):
    def __init__(self, data_dir: Path) -> None:
        super().__init__(
            f"{data_dir} was made with another CLIPGRAPH_DATABASE_PASSWORD",
            "set the former password, or start afresh with `make reset` (forgets all local data)",
        )


class NoDiskSpaceError(DevStackError):
    def __init__(self, path: Path, free_bytes: int, needed_bytes: int) -> None:
        super().__init__(
            f"the disk of {path} has {free_bytes / GIBIBYTE:.2f} GiB left; {needed_bytes / GIBIBYTE:.2f} are needed",
            "free some space, or put the data elsewhere with CLIPGRAPH_DATA_DIR",
        )


class ServerExitedError(DevStackError):
    def __init__(self, server: str, status: int | None, log: Path, log_tail: str) -> None:
        ended = "ended" if status is None else f"ended with status {status}"
        super().__init__(
            f"{server} {ended} before it was ready; the end of its log:\n{_indented(log_tail)}",
            f"read the whole log in {log}",
        )


class NotReadyError(DevStackError):
    def __init__(self, server: str, deadline_s: float, log: Path, log_tail: str) -> None:
        super().__init__(
            f"{server} did not answer within {deadline_s:.0f} s; the end of its log:\n{_indented(log_tail)}",
            f"read the whole log in {log}; on a slow machine start again",
        )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines()) or "    (empty)"
