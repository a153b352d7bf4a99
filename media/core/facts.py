"""What a probe finds out about a file, and the judgement on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from media.core.errors import RejectedError, Rejection
from media.core.figures import MediaFigures


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """``width`` and ``height`` are as displayed, rotation applied. ``duration_ms`` is the picture's; ``promised_ms``
    what the whole file says of its length, 0 for nothing; ``readable_ms`` how far its packets go, ``shown_ms`` those
    of the picture: sound may go on without it.
    """

    container: str
    video_codec: str
    width: int
    height: int
    duration_ms: int
    promised_ms: int
    readable_ms: int
    shown_ms: int
    fps: float
    has_audio: bool

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> MediaFacts:
        """Of what ``media.probe`` printed."""
        return cls(**content)


def judge_size(size_bytes: int, figures: MediaFigures) -> None:
    """Raises RejectedError for a file that is empty or too large."""
    if size_bytes == 0:
        raise RejectedError(Rejection.EMPTY_FILE)
    if size_bytes > figures.max_bytes:
        raise RejectedError(Rejection.TOO_LARGE)


def judge(facts: MediaFacts, figures: MediaFigures) -> None:
    """Raises RejectedError for what can't or may not become a video."""
    if facts.duration_ms <= 0:
        raise RejectedError(Rejection.CORRUPT_FILE)
    if facts.duration_ms > figures.max_duration_ms:
        raise RejectedError(Rejection.TOO_LONG)
    short, long = sorted((facts.width, facts.height))
    if short < figures.min_side or long > figures.max_side:
        raise RejectedError(Rejection.UNSUPPORTED_SIZE)
    # A file that was cut off promises more than it holds; a quarter of a second is the slack of sloppy muxers.
    if facts.readable_ms + max(250, facts.promised_ms // 20) < facts.promised_ms:
        raise RejectedError(Rejection.CORRUPT_FILE)
