"""One set of real servers for a test session, shared by its workers and gone when the last one ends.

In a ``conftest.py``::

    @pytest.fixture(scope="session")
    def servers() -> Iterator[SessionStack]:
        with session_stack() as session:
            yield session

    @pytest.fixture(scope="session")
    async def database(servers: SessionStack, worker_id: str) -> str:
        return await servers.create_database(worker_id)
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from redis import Redis

from devstack.errors import DataOwnerError, DevStackError, NotReadyError
from devstack.process import ProcessIdentity, stop_process
from devstack.seaweedfs import S3Access
from devstack.server import make_folder
from devstack.stack import DevStack, tail
from devstack.state import StateFile
from devstack.valkey import DATABASES

_REPOSITORY = Path(__file__).resolve().parent.parent
_START_DEADLINE_S = 90.0


class SessionStack:
    """The shared servers, seen by one worker. What it hands out is that worker's own."""

    def __init__(self, stack: DevStack, locks: ExitStack, lock_folder: Path) -> None:
        self._stack = stack
        self._locks = locks
        self._lock_folder = lock_folder
        self.token = uuid.uuid4().hex[:8]
        """Unique to this worker of this session: a prefix for buckets, topics and the like."""

    @property
    def s3(self) -> S3Access:
        return self._stack.s3

    @property
    def kafka(self) -> str:
        return self._stack.kafka

    @property
    def data_dir(self) -> Path:
        """Where the servers keep their data and, under ``logs/``, what they say."""
        return self._stack.data_dir

    def postgres_dsn(self, database: str, user: str | None = None) -> str:
        """With password; ``user`` None is the superuser ``clipgraph``."""
        return self._stack.postgres_dsn(database, user)

    @property
    def postgres_url(self) -> str:
        """Without user, password and database: the beginning of ``CLIPGRAPH_DATABASE_URL``."""
        return self._stack.postgres.url

    async def create_database(self, name: str, *, template: str = "template1") -> str:
        """An empty database (or a copy of ``template``, to which nobody may be connected); its full name."""
        full_name = f"test_{name}_{self.token}"
        await self._stack.postgres.drop_database(full_name)
        await self._stack.postgres.ensure_database(full_name, template=template)
        return full_name

    async def drop_database(self, full_name: str) -> None:
        await self._stack.postgres.drop_database(full_name)

    def claim_valkey(self) -> str:
        """The URL of an empty numbered database that nobody else gets before this worker ends.

        Channels of pub/sub are not numbered: everybody hears them.
        """
        for number in range(1, DATABASES):
            lock = (self._lock_folder / f"valkey-{number}.lock").open("a")
            if _try_lock(lock.fileno()):
                self._locks.enter_context(lock)
                return self._emptied(number)
            lock.close()
        raise LookupError(f"all {DATABASES} Valkey databases are in use")

    def _emptied(self, number: int) -> str:
        url = self._stack.valkey.url_of(number)
        with Redis.from_url(url) as client:
            client.flushdb()
        return url


@contextmanager
def session_stack(folder: Path | None = None) -> Iterator[SessionStack]:
    """Joins the servers of ``folder``, starting them if nobody has; leaves them when the block ends.

    Any number of processes may be inside at once. Servers that an earlier, crashed session left are
    stopped, their data is forgotten.
    """
    folder = _own_folder(folder or _default_folder())
    with ExitStack() as locks:
        with (folder / "start.lock").open("a") as start_lock:
            fcntl.flock(start_lock, fcntl.LOCK_EX)
            users = locks.enter_context((folder / "users.lock").open("a"))
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper tidies up
            _ensure_keeper(folder)
        yield SessionStack(DevStack(folder / "data", durable=False, kafka=True), locks, folder)


def _default_folder() -> Path:
    """One for each clone and user: sessions side by side share servers, not databases."""
    clone = hashlib.sha256(str(_REPOSITORY).encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"clipgraph-tests-{os.geteuid()}-{clone}"


def _own_folder(folder: Path) -> Path:
    make_folder(folder, 0o711)
    if folder.stat().st_uid != os.geteuid():
        raise DataOwnerError(folder, "another user made it")
    return folder


def _ensure_keeper(folder: Path) -> None:
    """Returns when a living keeper has its servers ready; the caller holds both locks."""
    report = StateFile(folder / "keeper.json")
    recorded = report.read().get("keeper")
    if recorded is not None and ProcessIdentity.from_json(recorded).is_alive():
        return
    report.remove()
    _forget_crashed(folder / "data")
    log = folder / "keeper.log"
    process = _start_keeper(folder, log)
    _await_report(report, process, log)


def _forget_crashed(data_dir: Path) -> None:
    if data_dir.exists():
        DevStack(data_dir, durable=False, kafka=True).stop_orphans()
        shutil.rmtree(data_dir)


def _start_keeper(folder: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "devstack.keeper", str(folder)],
            cwd=_REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C at the terminal must not end it before the tests
        )


def _await_report(report: StateFile, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _START_DEADLINE_S
    while True:
        content = report.read()
        if "keeper" in content:
            return
        if "error" in content or process.poll() is not None:
            problem = content.get("error") or f"the keeper of the test servers ended:\n{tail(log)}"
            raise DevStackError(problem, f"read {log} and the logs beside it")
        if time.monotonic() > end:
            identity = ProcessIdentity.of(process.pid)
            if identity is not None:
                stop_process(identity)
            raise NotReadyError("the keeper of the test servers", _START_DEADLINE_S, log, tail(log))
        time.sleep(0.05)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
