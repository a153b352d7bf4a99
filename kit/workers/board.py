"""How many connections each worker has, in memory that they share."""

from __future__ import annotations

import mmap
from pathlib import Path

_BYTES = 8


class Board:
    """``number`` counts from 1. A worker that died stands there with what it had last, until its successor opens the
    board.
    """

    def __init__(self, path: Path, number: int) -> None:
        with path.open("r+b") as file:
            self._counts = memoryview(mmap.mmap(file.fileno(), 0)).cast("Q")
        self._place = number - 1
        self.tell(0)

    @staticmethod
    def create(path: Path, workers: int) -> None:
        path.write_bytes(bytes(_BYTES * workers))

    def tell(self, count: int) -> None:
        """Of this worker."""
        self._counts[self._place] = count

    def fewest(self) -> int:
        """Of any worker."""
        return min(self._counts)
