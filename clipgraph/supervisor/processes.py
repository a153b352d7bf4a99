"""Our own processes as a table: what `clipgraph up` runs beside the servers, and in which order it stops them."""

from __future__ import annotations

import asyncio
import http.client
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from devstack.errors import DevStackError, PortTakenError
from devstack.ports import PortBook, holder_of, is_free
from devstack.server import Command
from kit.config import Settings

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A row of the table. Every process answers ``/health/ready`` on its port."""

    name: str
    arguments: tuple[str, ...]
    tier: Literal["front", "back"]
    """Front doors stop first, so that what they let in is still finished behind them."""
    port_setting: str | None = None
    """The setting that holds its port; None: it gets a free ``admin_port`` that is kept."""
    program: tuple[str, ...] = (sys.executable, "-m", "clipgraph")


PROCESSES = (
    ProcessSpec("router", ("serve", "router"), "front", "router_port"),
    ProcessSpec("realtime", ("serve", "realtime"), "front", "realtime_port"),
    ProcessSpec("origin", ("serve", "origin"), "front", "origin_port"),
    ProcessSpec("media", ("serve", "media"), "back"),
    ProcessSpec("relay", ("serve", "worker", "relay"), "back"),
    ProcessSpec("consume", ("serve", "worker", "consume"), "back"),
    ProcessSpec("schedule", ("serve", "worker", "schedule"), "back"),
)


@dataclass(frozen=True, slots=True)
class PythonProcess:
    """One of ours, ready to be run by a `child.Child`."""

    name: str
    tier: Literal["front", "back"]
    argv: tuple[str, ...]
    port: int
    port_setting: str | None
    environment: Mapping[str, str]
    cwd: Path = REPOSITORY
    stop_signal: signal.Signals = signal.SIGTERM
    stop_deadline_s: float = 15.0
    ready_path: str = field(default="/health/ready")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ports(self) -> tuple[int, ...]:
        return (self.port,)

    def prepare(self) -> None:
        """Raises ``PortTakenError`` when somebody else listens on its port."""
        if not is_free(self.port):
            raise PortTakenError(self.port, self._wanted_by, holder_of(self.port))

    def command(self) -> Command:
        return Command(argv=self.argv, cwd=self.cwd, env=self.environment)

    async def is_ready(self) -> bool:
        return await asyncio.to_thread(self._answers_ready)

    async def settle_in(self) -> None:
        """It needs nothing more."""

    def diagnose(self, log_tail: str) -> DevStackError | None:
        if "address already in use" in log_tail.lower():
            return PortTakenError(self.port, self._wanted_by, holder_of(self.port))
        return None

    def clean_up(self) -> None:
        """It leaves nothing behind."""

    @property
    def _wanted_by(self) -> str:
        if self.port_setting is None:
            return self.name
        return f"{self.name} (CLIPGRAPH_{self.port_setting.upper()})"

    def _answers_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", self.ready_path)
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def make_processes(
    specs: tuple[ProcessSpec, ...], settings: Settings, book: PortBook, environment: Mapping[str, str]
) -> tuple[PythonProcess, ...]:
    """The rows with their ports and environments; ports of their own come from ``book``."""
    return tuple(_make_process(spec, settings, book, environment) for spec in specs)


def _make_process(
    spec: ProcessSpec, settings: Settings, book: PortBook, environment: Mapping[str, str]
) -> PythonProcess:
    if spec.port_setting is not None:
        port, extra = int(getattr(settings, spec.port_setting)), {}
    else:
        book.replace_taken(spec.name)
        port = book.port(spec.name)
        extra = {"CLIPGRAPH_ADMIN_PORT": str(port)}
    return PythonProcess(
        name=spec.name,
        tier=spec.tier,
        argv=(*spec.program, *spec.arguments),
        port=port,
        port_setting=spec.port_setting,
        environment={**environment, **extra},
    )
