"""Which frames every rendition has."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from media.core.facts import MediaFacts
from media.core.figures import MediaFigures
from media.core.rates import target_rate


@dataclass(frozen=True, slots=True)
class Timing:
    """Every rendition has ``frames`` frames at ``fps``, a key frame every ``gop`` of them."""

    fps: Fraction
    frames: int
    gop: int

    @classmethod
    def of(cls, facts: MediaFacts, figures: MediaFigures) -> Timing:
        fps = target_rate(facts.fps, lowest=figures.min_fps, highest=figures.max_fps)
        frames = max(1, round(facts.duration_ms * fps / 1000))
        return cls(fps, frames, max(1, round(fps * figures.segment_s)))

    @property
    def duration_s(self) -> float:
        return float(self.frames / self.fps)
