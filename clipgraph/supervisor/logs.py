"""The few lines of the children's logs that belong on the terminal, too."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from pathlib import Path

_LOUD_LEVELS = {"error", "critical", "fatal"}
_LOUD_WORDS = ("FATAL:", "PANIC:", "Traceback (most recent call last)")
# Said by servers while they start or because a client was killed: nothing for a person to do.
_EXPECTED = (
    "the database system is starting up",
    "the database system is shutting down",
    "terminating connection",
)
_ROTATE_BYTES = 10 * 1024**2
_MOST_LINES = 5


def important(line: str) -> str | None:
    """What to show of a log line; None: it stays in the file."""
    if line.startswith("{"):
        return _important_json(line)
    if any(phrase in line for phrase in _EXPECTED):
        return None
    return line.strip() if any(word in line for word in _LOUD_WORDS) else None


def _important_json(line: str) -> str | None:
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        return None
    if not isinstance(record, dict) or str(record.get("level", "")).lower() not in _LOUD_LEVELS:
        return None
    error = str(record.get("exception") or record.get("error") or "").strip().splitlines()
    event = str(record.get("event", line))
    return f"{event}: {error[-1]}" if error else event


def rotate(log: Path) -> None:
    """Puts a log that has grown large aside, over the one put aside before. Nobody may have it open."""
    if log.exists() and log.stat().st_size > _ROTATE_BYTES:
        log.replace(log.with_suffix(".log.1"))


class LogWatcher:
    """Follows logs from where they end now and says what is important in them."""

    def __init__(self, logs: Iterable[tuple[str, Path]], say: Callable[[str], None]) -> None:
        self._say = say
        self._offsets = {(name, log): _size(log) for name, log in logs}

    async def run(self, period_s: float = 1.0) -> None:
        """Until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(period_s)

    def look(self) -> None:
        """Says what came since the last look."""
        for (name, log), offset in self._offsets.items():
            lines, self._offsets[name, log] = _read_lines(log, offset)
            loud = [shown for shown in map(important, lines) if shown is not None]
            for shown in loud[:_MOST_LINES]:
                self._say(f"{name}: {shown[:300]}")
            if len(loud) > _MOST_LINES:
                self._say(f"{name}: {len(loud) - _MOST_LINES} more in {log}")


def _read_lines(log: Path, offset: int) -> tuple[list[str], int]:
    """Whole lines after ``offset``, and the offset after them."""
    if _size(log) <= offset:
        return [], min(offset, _size(log))
    with log.open("rb") as file:
        file.seek(offset)
        content = file.read(1_000_000)
    whole = content[: content.rfind(b"\n") + 1]
    return whole.decode(errors="replace").splitlines(), offset + len(whole)


def _size(log: Path) -> int:
    try:
        return log.stat().st_size
    except FileNotFoundError:
        return 0
