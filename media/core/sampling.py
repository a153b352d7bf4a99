"""Which frames VMAF is measured on, and what the measure said.

A sample of the source is kept without loss at ``canvas`` size; the same frames of a rendition are scaled up to it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from media.core.figures import MediaFigures
from media.core.ladder import PlannedRendition
from media.core.timing import Timing

_REORDERED: Final = 4


@dataclass(frozen=True, slots=True)
class Window:
    """``frames`` in a row from frame ``offset`` of the segment ``segment`` on, both from 0."""

    segment: int
    offset: int
    frames: int


@dataclass(frozen=True, slots=True)
class Sample:
    """``width`` and ``height`` of the canvas, even."""

    windows: tuple[Window, ...]
    timing: Timing
    width: int
    height: int

    @property
    def frames(self) -> int:
        return sum(window.frames for window in self.windows)

    def expression(self) -> str:
        """Of ffmpeg's ``select`` over all frames of the video."""
        starts = [(each.segment * self.timing.gop + each.offset, each.frames) for each in self.windows]
        return "+".join(f"between(n,{start},{start + frames - 1})" for start, frames in starts)

    def seconds(self, window: Window) -> float:
        """How much of its segment has to be read for a window, frames that wait for others included."""
        return float((window.offset + window.frames + _REORDERED) / self.timing.fps)


def plan_sample(timing: Timing, renditions: Sequence[PlannedRendition], figures: MediaFigures) -> Sample:
    """Windows near the beginning of segments, evenly over the video; a short one is looked at from its beginning."""
    top = max(renditions, key=lambda each: each.height)
    scale = min(1.0, figures.vmaf_short_side / min(top.width, top.height))
    width, height = (round(side * scale / 2) * 2 for side in (top.width, top.height))
    whole = timing.frames // timing.gop
    if whole < figures.sample_windows:
        frames = min(timing.frames, timing.gop, figures.sample_windows * figures.sample_window_frames)
        return Sample((Window(0, 0, frames),), timing, width, height)
    offset = min(figures.sample_offset_frames, timing.gop // 2)
    frames = min(figures.sample_window_frames, timing.gop - offset)
    places = [
        whole * (2 * number + 1) // (2 * figures.sample_windows) for number in range(figures.sample_windows)
    ]
    return Sample(tuple(Window(place, offset, frames) for place in places), timing, width, height)


def parse_vmaf(log: str) -> float:
    """The mean over the frames, 0 to 100, of what the filter ``libvmaf`` wrote."""
    return round(float(json.loads(log)["pooled_metrics"]["vmaf"]["mean"]), 1)
