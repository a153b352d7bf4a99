"""What a probe finds out about a file, and the judgement on it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from media.core.copying import H264Track
from media.core.errors import RejectedError, Rejection
from media.core.figures import MediaFigures

_SOUND_RUNS_ON_MS = 500


class Transfer(StrEnum):
    """How light is coded; all but SDR is tone-mapped."""

    SDR = "sdr"
    PQ = "pq"
    HLG = "hlg"


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """Times are in milliseconds from the file's beginning.

    ``width`` and ``height`` are as displayed, rotation and pixel aspect applied. ``promised_ms`` is what the file says
    of its length and ``picture_promised_ms`` of the picture's, 0 for nothing; ``readable_ms`` and
    ``picture_readable_ms`` are how far the packets go, with those that an edit list leaves out. ``last_frame_ms`` and
    ``picture_end_ms`` frame the last picture; ``sound_end_ms`` is where the sound ends. ``rotation`` is what players
    have to turn the frames by, in degrees; ``h264`` is there for pictures that might do as they are.
    ``watermark`` is what its creator wants written into the pictures.
    """

    container: str
    video_codec: str
    video_index: int
    width: int
    height: int
    frames: int
    fps: Fraction
    streams: int
    promised_ms: int
    picture_promised_ms: int
    readable_ms: int
    picture_readable_ms: int
    picture_start_ms: int
    last_frame_ms: int
    picture_end_ms: int
    audio_index: int | None = None
    sound_end_ms: int = 0
    transfer: Transfer = Transfer.SDR
    is_interlaced: bool = False
    rotation: int = 0
    is_full_range: bool = False
    h264: H264Track | None = None
    watermark: str | None = None

    @property
    def has_audio(self) -> bool:
        return self.audio_index is not None

    @property
    def duration_ms(self) -> int:
        """Of the video that is made: the last picture stands while sound runs on behind it."""
        runs_on = self.has_audio and self.sound_end_ms > self.picture_end_ms + _SOUND_RUNS_ON_MS
        return self.sound_end_ms if runs_on else self.picture_end_ms

    def silent(self) -> MediaFacts:
        """The same without sound."""
        return replace(self, audio_index=None, sound_end_ms=0)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"fps": str(self.fps)}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> MediaFacts:
        """Of what ``media.probe`` printed."""
        fps, transfer = Fraction(content["fps"]), Transfer(content["transfer"])
        track = content.get("h264")
        h264 = None if track is None else H264Track.from_json(track)
        return cls(**content | {"fps": fps, "transfer": transfer, "h264": h264})


def judge_size(size_bytes: int, figures: MediaFigures) -> None:
    """Raises RejectedError for a file that is empty or too large."""
    if size_bytes == 0:
        raise RejectedError(Rejection.EMPTY_FILE)
    if size_bytes > figures.max_bytes:
        raise RejectedError(Rejection.TOO_LARGE)


def judge_picture(width: int, height: int, figures: MediaFigures) -> None:
    """Raises RejectedError."""
    short, long = sorted((width, height))
    if short < figures.min_side or long > figures.max_side:
        raise RejectedError(Rejection.UNSUPPORTED_SIZE)


def judge(facts: MediaFacts, figures: MediaFigures) -> None:
    """Raises RejectedError for what can't or may not become a video."""
    if facts.streams > figures.max_streams:
        raise RejectedError(Rejection.TOO_MANY_STREAMS)
    judge_picture(facts.width, facts.height, figures)
    if facts.picture_end_ms <= facts.picture_start_ms:
        raise RejectedError(Rejection.CORRUPT_FILE)
    if max(facts.duration_ms, facts.promised_ms) > figures.max_duration_ms:
        raise RejectedError(Rejection.TOO_LONG)
    if _is_cut_off(facts.readable_ms, facts.promised_ms):
        raise RejectedError(Rejection.CORRUPT_FILE)
    if _is_cut_off(facts.picture_readable_ms, facts.picture_promised_ms):
        raise RejectedError(Rejection.CORRUPT_FILE)
    is_too_fast = facts.fps > figures.max_source_fps
    if is_too_fast or facts.width * facts.height * facts.frames > figures.max_decoded_pixels:
        raise RejectedError(Rejection.TOO_DEMANDING)


def _is_cut_off(held_ms: int, promised_ms: int) -> bool:
    """It holds less than it promises, by more than the slack of sloppy muxers."""
    return held_ms + min(500, max(250, promised_ms // 50)) < promised_ms
