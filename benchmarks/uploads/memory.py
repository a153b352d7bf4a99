"""Peak resident memory of processes, as the kernel keeps it; those that end are seen while they live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

_PROC = Path("/proc")
_EVERY_S = 0.1


class Peaks:
    """MB by name: the highest of all processes of that name."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
        self.peak_mb: dict[str, float] = {}

    def look(self) -> None:
        """At each process with a name and at all their descendants."""
        parents = _parents()
        for pid in parents:
            owner = _owner(pid, parents, self._names)
            if owner is None:
                continue
            name = self._names[owner] if pid == owner else f"{self._names[owner]}: {_program(pid)}"
            peak_mb = _peak_mb(pid)
            if peak_mb > 0:
                self.peak_mb[name] = max(self.peak_mb.get(name, 0.0), peak_mb)


@asynccontextmanager
async def watching(peaks: Peaks) -> AsyncIterator[None]:
    async def watch() -> None:
        while True:
            peaks.look()
            await asyncio.sleep(_EVERY_S)

    task = asyncio.create_task(watch())
    try:
        yield
    finally:
        task.cancel()
        peaks.look()


def _parents() -> dict[int, int]:
    found = {}
    for path in _PROC.iterdir():
        entry = path.name
        if entry.isdigit():
            try:
                stat = (path / "stat").read_text()
            except OSError:
                continue  # it has just ended
            found[int(entry)] = int(stat[stat.rindex(")") + 2 :].split()[1])
    return found


def _owner(pid: int, parents: Mapping[int, int], names: Mapping[int, str]) -> int | None:
    while pid and pid not in names:
        pid = parents.get(pid, 0)
    return pid or None


def _program(pid: int) -> str:
    try:
        first = (_PROC / str(pid) / "cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return "?"
    return Path(first.decode("utf-8", "replace")).name.split(":")[0] or "?"


def _peak_mb(pid: int) -> float:
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
