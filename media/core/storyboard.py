"""Stills of a video: which of them are thumbnails, and where each stands in the sprite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

CANDIDATES = "still_%02d.jpg"
PLACEHOLDERS = "tiny.rgb"

_DARK, _BRIGHT = 32.0, 225.0
_FLAT = 20.0


@dataclass(frozen=True, slots=True)
class Still:
    """``brightness`` 0 to 255, ``contrast`` between its dark and its bright parts, ``blur`` from 0 (sharp)."""

    brightness: float
    contrast: float
    blur: float

    @property
    def is_seen(self) -> bool:
        """It is neither black nor white nor empty."""
        return _DARK < self.brightness < _BRIGHT and self.contrast > _FLAT

    @property
    def rank(self) -> tuple[bool, float]:
        """The best is the greatest: seen, then sharp."""
        return self.is_seen, -self.blur


def parse_stills(log: str) -> list[Still]:
    """Of what ``signalstats`` and ``blurdetect`` wrote through the filter ``metadata``, a still a frame."""
    stills = []
    for frame in log.split("frame:")[1:]:
        values = dict(line.split("=", 1) for line in frame.splitlines() if "=" in line)
        stills.append(
            Still(
                brightness=_number(values.get("lavfi.signalstats.YAVG")),
                contrast=_number(values.get("lavfi.signalstats.YHIGH"))
                - _number(values.get("lavfi.signalstats.YLOW")),
                blur=_number(values.get("lavfi.blur")),
            )
        )
    return stills


def choose_thumbnails(stills: Sequence[Still], count: int) -> list[int]:
    """Places of ``count`` stills in order: the best of each of as many parts of the video, and instead of a part that
    shows nothing the next still that shows something.
    """
    edges = [len(stills) * part // count for part in range(count + 1)]
    parts = [range(start, max(start + 1, end)) for start, end in pairwise(edges)]
    chosen = [max(part, key=lambda place: stills[place].rank) for part in parts]
    spare = {place for place, still in enumerate(stills) if still.is_seen} - set(chosen)
    for number, place in enumerate(chosen):
        if spare and not stills[place].is_seen:
            chosen[number] = min(spare, key=lambda other: abs(other - place))
            spare.remove(chosen[number])
    return sorted(chosen)


def choose_cover(stills: Sequence[Still], chosen: Sequence[int]) -> int:
    """Which of the thumbnails stands for the video until it is loaded: the first that shows something."""
    return next((place for place in chosen if stills[place].is_seen), chosen[0])


def sprite_vtt(sprite: str, tile: tuple[int, int], *, columns: int, count: int, duration_ms: int) -> str:
    """WebVTT that tells players which tile of the sprite shows which time."""
    width, height = tile
    cues = ["WEBVTT"]
    for place in range(count):
        start, end = (_timestamp(duration_ms * edge // count) for edge in (place, place + 1))
        x, y = place % columns * width, place // columns * height
        cues.append(f"{start} --> {end}\n{sprite}#xywh={x},{y},{width},{height}")
    return "\n\n".join(cues) + "\n"


def _timestamp(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


def _number(text: str | None) -> float:
    """blurdetect says nan of a picture without edges: as blurred as can be."""
    value = float(text) if text else 0.0
    return value if value == value else 100.0  # noqa: PLR0124
