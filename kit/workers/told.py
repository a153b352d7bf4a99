"""What workers have told about themselves, in files of the folder that they share.

A count that was told once must not be taken back, or whoever computes rates from it sees a jump. So each worker leaves a
file when it is asked, the counts of one that ended stay, and the parent adds them to those that ended before.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SUFFIX = ".prom"


@dataclass(frozen=True, slots=True)
class Told:
    """Files ``NUMBER.PID.prom`` of those that live or ended just now, and ``ended.prom`` of those before."""

    folder: Path

    def keep(self, number: int, pid: int, metrics: bytes) -> None:
        """Of the process itself."""
        self._write(self._path(number, pid), metrics)

    def render(self) -> bytes:
        """Of all workers there were."""
        from kit.workers.merging import merge_expositions  # brings a parser

        with self._locked(fcntl.LOCK_SH):
            paths = sorted(self.folder.glob(f"*.*{_SUFFIX}"), key=lambda path: path.stat().st_mtime_ns)
            texts = [(path.name.split(".", 1)[0], path.read_text()) for path in paths]
            ended = [self._ended.read_text()] if self._ended.exists() else []
        living = dict(texts)
        ended += [text for number, text in texts if living[number] is not text]
        return merge_expositions(dict(sorted(living.items())), ended)

    def bury(self, number: int, pid: int) -> None:
        """The parent calls it when a worker has ended."""
        from kit.workers.merging import merge_expositions

        path = self._path(number, pid)
        with self._locked(fcntl.LOCK_EX):
            if path.exists():
                ended = [each.read_text() for each in (path, self._ended) if each.exists()]
                self._write(self._ended, merge_expositions({}, ended))
                path.unlink()

    @property
    def _ended(self) -> Path:
        return self.folder / f"ended{_SUFFIX}"

    def _path(self, number: int, pid: int) -> Path:
        return self.folder / f"{number}.{pid}{_SUFFIX}"

    def _write(self, path: Path, content: bytes) -> None:
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(content)
        partial.rename(path)

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        with (self.folder / "told.lock").open("a") as lock:
            fcntl.flock(lock, how)
            yield
