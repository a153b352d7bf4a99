"""How much care is taken with a rendition: by its rung, by what waits, and by what the rung's pictures look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from media.core.figures import MediaFigures


class Pace(StrEnum):
    HURRIED = "hurried"
    """Many wait."""
    USUAL = "usual"
    CAREFUL = "careful"
    """Made again, since many watch."""


@dataclass(frozen=True, slots=True)
class Presets:
    """Of x264: of the lowest rung, which people wait for and watch on bad lines, and of those above it."""

    lowest: str
    others: str


PRESETS: Mapping[Pace, Presets] = {
    Pace.HURRIED: Presets("superfast", "ultrafast"),
    Pace.USUAL: Presets("veryfast", "superfast"),
    Pace.CAREFUL: Presets("medium", "medium"),
}


def choose_pace(waiting: int, figures: MediaFigures) -> Pace:
    """``waiting``: uploads behind this one that nobody can watch yet."""
    return Pace.HURRIED if waiting >= figures.hurried_from else Pace.USUAL


def is_tuned(pace: Pace) -> bool:
    """Whether samples are coded first, to meet the rung's VMAF."""
    return pace is not Pace.HURRIED


def is_easy(average_bps: int, bitrate_bps: int, figures: MediaFigures) -> bool:
    """Whether the lowest rung needed so much less than it may have that a trial of those above it pays."""
    return average_bps < bitrate_bps * figures.easy_share


def choose_crf(crf: float, measured_vmaf: float, wanted_vmaf: float, figures: MediaFigures) -> float:
    """The CRF to come near ``wanted_vmaf`` when ``crf`` gave ``measured_vmaf``; never far from where it began."""
    change = (measured_vmaf - wanted_vmaf) / figures.vmaf_per_crf
    bounded = max(-figures.crf_down_at_most, min(figures.crf_up_at_most, change))
    return round(crf + bounded, 1)
