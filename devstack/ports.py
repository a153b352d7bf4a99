"""TCP ports on this machine: which are free, who holds one, and which one a server had last time."""

from __future__ import annotations

import random
import socket
from pathlib import Path

import psutil

from devstack.state import StateFile

# Below the range from which kernels take ports for outgoing connections: a port kept for the next start
# stays free unless another server takes it.
_FIRST, _LAST = 20_000, 32_767


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now; leftovers in TIME_WAIT do not count as taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def find_free_port(host: str = "127.0.0.1", *, twin: int = 0) -> int:
    """A port nobody listens on, nor on the port ``twin`` above it.

    Another program may take it before you do: be ready to look again.
    """
    generator = random.SystemRandom()
    for _ in range(500):
        port = generator.randint(_FIRST, _LAST - twin)
        if is_free(port, host) and is_free(port + twin, host):
            return port
    raise OSError(f"no free TCP port between {_FIRST} and {_LAST} on {host}")


def holder_of(port: int) -> str | None:
    """``name (pid N)`` of the process that listens on ``port``, as far as this user may know."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        if connection.status != psutil.CONN_LISTEN or not connection.laddr or connection.pid is None:
            continue
        if connection.laddr.port == port:
            return _describe(connection.pid)
    return None


def _describe(pid: int) -> str:
    try:
        return f"{psutil.Process(pid).name()} (pid {pid})"
    except psutil.Error:
        return f"pid {pid}"


class PortBook:
    """Ports by name, remembered in a file, so that a server comes back where its clients expect it."""

    def __init__(self, path: Path) -> None:
        self._file = StateFile(path)
        self._ports: dict[str, int] = {
            name: port for name, port in self._file.read().items() if isinstance(port, int)
        }

    def port(self, name: str, *, twin: int = 0) -> int:
        """The port of ``name``: the same as ever, or a new free one where there is none yet."""
        if name not in self._ports:
            self._choose(name, twin)
        return self._ports[name]

    def replace_taken(self, name: str, *, twin: int = 0) -> bool:
        """Chooses anew where another program took ours; whether it had to. Call before starting a server."""
        port = self.port(name, twin=twin)
        if is_free(port) and is_free(port + twin):
            return False
        self._choose(name, twin)
        return True

    def _choose(self, name: str, twin: int) -> None:
        taken = {port for other, port in self._ports.items() if other != name}
        port = find_free_port(twin=twin)
        while taken & {port, port + twin, port - twin}:
            port = find_free_port(twin=twin)
        self._ports[name] = port
        self._file.write(self._ports)
