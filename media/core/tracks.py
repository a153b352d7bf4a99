"""A track as it is published: an init segment, and segments of whole closed GOPs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from media.core.boxes import Init


@dataclass(frozen=True, slots=True)
class Segment:
    """``start`` and ``duration`` in the track's timescale."""

    start: int
    duration: int
    samples: int
    size_bytes: int
    starts_with_key: bool


@dataclass(frozen=True, slots=True)
class Track:
    """``name`` is its folder: ``360p``, ``audio``."""

    name: str
    init: Init
    segments: tuple[Segment, ...]

    @property
    def is_video(self) -> bool:
        return self.init.width > 0

    @property
    def samples(self) -> int:
        return sum(segment.samples for segment in self.segments)

    @property
    def duration_s(self) -> float:
        return sum(segment.duration for segment in self.segments) / self.init.timescale

    @property
    def average_bps(self) -> int:
        return round(sum(segment.size_bytes for segment in self.segments) * 8 / max(self.duration_s, 0.001))

    @property
    def peak_bps(self) -> int:
        """Of its most demanding segment; a short last one doesn't count for what its few frames take."""
        whole = [self.seconds(segment) for segment in self.segments]
        longest = max(whole, default=0.001)
        rates = [
            segment.size_bytes * 8 / seconds
            for segment, seconds in zip(self.segments, whole, strict=True)
            if seconds >= longest / 2
        ]
        return round(max(rates, default=0))

    def seconds(self, segment: Segment) -> float:
        return segment.duration / self.init.timescale

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Track:
        segments = tuple(Segment(**each) for each in content["segments"])
        return cls(content["name"], Init(**content["init"]), segments)


def order_tracks(tracks: Sequence[Track]) -> tuple[list[Track], Track | None]:
    """Renditions, the lowest first, and the sound."""
    videos = sorted((each for each in tracks if each.is_video), key=lambda each: each.init.height)
    return videos, next((each for each in tracks if not each.is_video), None)
