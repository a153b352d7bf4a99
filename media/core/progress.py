"""How far a job is: its stages have shares of the whole, and not every step is worth an event."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from contracts.events import ProcessingStage

_SHARES = {
    ProcessingStage.QUEUED: (0, 0),
    ProcessingStage.PROBING: (0, 5),
    ProcessingStage.TRANSCODING: (5, 85),
    ProcessingStage.THUMBNAILS: (85, 92),
    ProcessingStage.PUBLISHING: (92, 99),
}
_STEP = 5
_LAST = 99


@dataclass(frozen=True, slots=True)
class Told:
    """``remaining_s`` is an estimate, None while there is nothing to go by."""

    percent: int
    remaining_s: int | None


class Progress:
    """Decides what is told. Percentages never go back.

    The rest is reckoned by the pace of the transcoding, which takes most of the time.
    """

    def __init__(self) -> None:
        self._told: tuple[ProcessingStage, int] | None = None
        self._coding_since_s: float | None = None
        self._pace_s: float | None = None
        """Seconds that one percent takes."""

    def reach(self, stage: ProcessingStage, part: float, now_s: float) -> Told | None:
        """``part`` of a stage (0 to 1) is done at ``now_s`` of any clock; None when it is not worth telling."""
        start, end = _SHARES[stage]
        percent = start + int((end - start) * min(1.0, max(0.0, part)))
        if stage is ProcessingStage.TRANSCODING:
            self._take_pace(percent - start, now_s)
        if self._told is not None:
            told_stage, told = self._told
            if percent < told or (stage is told_stage and percent < told + _STEP):
                return None
        self._told = (stage, percent)
        remaining_s = None if self._pace_s is None else ceil(self._pace_s * (_LAST - percent))
        return Told(percent, remaining_s)

    def _take_pace(self, percents: int, now_s: float) -> None:
        if self._coding_since_s is None:
            self._coding_since_s = now_s
        elif percents >= _STEP:
            self._pace_s = (now_s - self._coding_since_s) / percents


def parse_progress(line: str) -> int | None:
    """Milliseconds done, of a line that ``ffmpeg -progress`` prints; None for other lines."""
    name, _, value = line.strip().partition("=")
    if name != "out_time_us" or not value.isdigit():
        return None
    return int(value) // 1000
