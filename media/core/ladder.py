"""Which renditions a source gets."""

from __future__ import annotations

from dataclasses import dataclass

from media.core.facts import MediaFacts
from media.core.figures import MediaFigures, Rung


@dataclass(frozen=True, slots=True)
class PlannedRendition:
    """Even width and height in pixels; ``bitrate_bps`` is the average that is aimed at."""

    name: str
    width: int
    height: int
    bitrate_bps: int


def plan_renditions(facts: MediaFacts, figures: MediaFigures) -> tuple[PlannedRendition, ...]:
    """Rungs up to the source's own size, never above; a source below the lowest rung gets one at its size."""
    short = min(facts.width, facts.height)
    rungs = [rung for rung in figures.ladder if rung.short_side <= short]
    if not rungs:
        lowest = figures.ladder[0]
        rungs = [Rung(f"{_even(short)}p", short, lowest.bitrate_bps)]
    return tuple(_at(facts, rung) for rung in rungs)


def fit(width: int, height: int, long_side: int) -> tuple[int, int]:
    """The size scaled down, never up, to a long side; even numbers."""
    scale = min(1.0, long_side / max(width, height))
    return _even(width * scale), _even(height * scale)


def _at(facts: MediaFacts, rung: Rung) -> PlannedRendition:
    scale = rung.short_side / min(facts.width, facts.height)
    return PlannedRendition(
        rung.name, _even(facts.width * scale), _even(facts.height * scale), rung.bitrate_bps
    )


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)
