"""How far a job is: its stages have shares of the whole, and not every step is worth an event."""

from __future__ import annotations

from contracts.events import ProcessingStage

_SHARES = {
    ProcessingStage.QUEUED: (0, 0),
    ProcessingStage.PROBING: (0, 5),
    ProcessingStage.TRANSCODING: (5, 85),
    ProcessingStage.THUMBNAILS: (85, 92),
    ProcessingStage.PUBLISHING: (92, 99),
}
_STEP = 5


class Progress:
    """Decides what is told. Percentages never go back."""

    def __init__(self) -> None:
        self._told: tuple[ProcessingStage, int] | None = None

    def reach(self, stage: ProcessingStage, part: float) -> int | None:
        """``part`` of a stage (0 to 1) is done; the percentage to tell, None when it is not worth it."""
        start, end = _SHARES[stage]
        percent = start + int((end - start) * min(1.0, max(0.0, part)))
        if self._told is not None:
            told_stage, told = self._told
            if percent < told or (stage is told_stage and percent < told + _STEP):
                return None
        self._told = (stage, percent)
        return percent


def parse_progress(line: str) -> int | None:
    """Milliseconds done, of a line that ``ffmpeg -progress`` prints; None for other lines."""
    name, _, value = line.strip().partition("=")
    if name != "out_time_us" or not value.isdigit():
        return None
    return int(value) // 1000
