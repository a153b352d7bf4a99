"""All servers as one object: started together, found again by who crashed, stopped without a trace."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from devstack.errors import NotReadyError, ServerExitedError
from devstack.ports import PortBook
from devstack.postgres import Postgres
from devstack.process import ProcessIdentity, stop_process
from devstack.seaweedfs import GRPC_OFFSET, PARTS, S3Access, SeaweedFS
from devstack.server import Command, Server, make_folder
from devstack.state import StateFile
from devstack.tansu import Tansu
from devstack.valkey import Valkey

DEVELOPMENT_PASSWORD = "development-only-do-not-use-in-production"  # the default of kit.config


class DevStack:
    """PostgreSQL, Valkey and SeaweedFS (and Tansu with ``kafka``) under one folder.

    ``async with`` starts and stops them. Two stacks must not share a folder at the same time; the caller
    holds a lock (`clipgraph.supervisor`, `devstack.testing`). Servers that an earlier owner of the folder
    left running are stopped first. ``durable=False`` gives up surviving a power cut.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        kafka: bool = False,
        password: str = DEVELOPMENT_PASSWORD,
        s3_access_key: str = "clipgraph",
        s3_secret_key: str = DEVELOPMENT_PASSWORD,
        admin_user: str = "clipgraph",
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.book = PortBook(self.data_dir / "run" / "ports.json")
        self._processes = StateFile(self.data_dir / "run" / "servers.json")
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._durable = durable
        self._kafka = kafka
        self._password = password
        self._s3_keys = (s3_access_key, s3_secret_key)
        self._admin_user = admin_user
        self._make_servers()

    # -- where the servers are ----------------------------------------------------------------------

    def postgres_dsn(self, database: str, user: str | None = None) -> str:
        """With password; ``user`` None is the superuser."""
        return self.postgres.dsn(database, user)

    @property
    def valkey_url(self) -> str:
        return self.valkey.url

    @property
    def s3(self) -> S3Access:
        return self.seaweedfs.s3

    @property
    def kafka(self) -> str:
        """Bootstrap address of the Kafka broker; only a stack made with ``kafka=True`` has one."""
        if self.tansu is None:
            raise LookupError("this stack was made without kafka=True")
        return self.tansu.bootstrap

    @property
    def servers(self) -> tuple[Server, ...]:
        """All of them, in no order that matters: none needs another."""
        servers = (self.postgres, self.valkey, self.seaweedfs, self.tansu)
        return tuple(server for server in servers if server is not None)

    def log_of(self, server: Server) -> Path:
        return self.data_dir / "logs" / f"{server.name}.log"

    # -- life ---------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, deadline_s: float = 60.0) -> None:
        """Starts all at once and returns when all answer. On failure none is left running."""
        make_folder(self.data_dir)
        await asyncio.to_thread(self.stop_orphans)
        self.move_taken_ports()
        try:
            async with asyncio.TaskGroup() as group:
                for server in self.servers:
                    group.create_task(self._start_one(server, deadline_s))
        except BaseExceptionGroup as failures:
            await self.stop()
            raise failures.exceptions[0] from None

    async def stop(self) -> None:
        """Stops those that this object started, all at once, gently first."""
        await asyncio.gather(*(asyncio.to_thread(self._stop_one, server) for server in self.servers))
        self._processes.remove()

    def stop_orphans(self) -> list[str]:
        """Stops servers that an earlier owner of the folder recorded and left running; their names."""
        stopped = []
        recorded = self._processes.read()
        for server in self.servers:
            if server.name not in recorded:
                continue
            identity = ProcessIdentity.from_json(recorded[server.name])
            if identity.is_alive():
                stop_process(identity, gently=server.stop_signal, deadline_s=server.stop_deadline_s)
                stopped.append(server.name)
            server.clean_up()
        self._processes.remove()
        return stopped

    def move_taken_ports(self) -> list[str]:
        """Gives servers whose port another program took meanwhile a new one; the names of the ports."""
        twins = _twins(self._kafka)
        moved = [name for name, twin in twins.items() if self.book.replace_taken(name, twin=twin)]
        if moved:
            self._make_servers()
        return moved

    # -- parts --------------------------------------------------------------------------------------

    def _make_servers(self) -> None:
        port = self.book.port
        folder = self.data_dir
        self.postgres = Postgres(
            folder / "postgres",
            port("postgres"),
            password=self._password,
            admin_user=self._admin_user,
            durable=self._durable,
        )
        self.valkey = Valkey(folder / "valkey", port("valkey"), durable=self._durable)
        access_key, secret_key = self._s3_keys
        self.seaweedfs = SeaweedFS(
            folder / "seaweedfs",
            {part: port(f"seaweedfs.{part}", twin=GRPC_OFFSET) for part in PARTS},
            access_key=access_key,
            secret_key=secret_key,
        )
        self.tansu = Tansu(folder / "tansu", port("tansu")) if self._kafka else None

    async def _start_one(self, server: Server, deadline_s: float) -> None:
        await asyncio.to_thread(server.prepare)
        process = spawn(server.command(), self.log_of(server))
        self._running[server.name] = process
        self._record()
        await wait_until_ready(server, process, self.log_of(server), deadline_s)
        await server.settle_in()

    def _record(self) -> None:
        identities = {name: ProcessIdentity.of(process.pid) for name, process in self._running.items()}
        self._processes.write({name: one.to_json() for name, one in identities.items() if one is not None})

    def _stop_one(self, server: Server) -> None:
        process = self._running.pop(server.name, None)
        if process is None:
            return
        process.send_signal(server.stop_signal)
        try:
            process.wait(server.stop_deadline_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        server.clean_up()


def _twins(kafka: bool) -> dict[str, int]:
    """Every port we choose, with how far above it a second one of the same server is."""
    weed = {f"seaweedfs.{part}": GRPC_OFFSET for part in PARTS}
    return {"postgres": 0, "valkey": 0} | weed | ({"tansu": 0} if kafka else {})


def spawn(command: Command, log: Path) -> subprocess.Popen[bytes]:
    """Starts it in a session of its own (a Ctrl-C at the terminal is ours to pass on), its output to ``log``."""
    make_folder(log.parent)
    account = command.account
    with log.open("ab") as output:
        return subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env={**os.environ, **command.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


async def wait_until_ready(
    server: Server, process: subprocess.Popen[bytes], log: Path, deadline_s: float
) -> None:
    """Returns when it answers; raises a ``DevStackError`` when it ends before, or takes too long."""
    end = time.monotonic() + deadline_s
    while not await server.is_ready():
        status = process.poll()
        if status is not None:
            raise server.diagnose(tail(log)) or ServerExitedError(server.name, status, log, tail(log))
        if time.monotonic() > end:
            raise NotReadyError(server.name, deadline_s, log, tail(log))
        await asyncio.sleep(0.05)


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log; empty where there is none."""
    try:
        content = log.read_bytes()[-16_384:]
    except FileNotFoundError:
        return ""
    return "\n".join(content.decode(errors="replace").splitlines()[-lines:])
