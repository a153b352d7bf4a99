"""Which renditions a source gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from media.core.facts import MediaFacts
from media.core.figures import MediaFigures, Rung
from media.core.pace import PRESETS, Pace, choose_crf


@dataclass(frozen=True, slots=True)
class PlannedRendition:
    """Even width and height in pixels; ``bitrate_bps`` is never exceeded for long, ``crf`` is the quality below it.

    ``vmaf`` is what the quality may be tuned to.
    """

    name: str
    width: int
    height: int
    bitrate_bps: int
    preset: str = "veryfast"
    crf: float = 23.0
    vmaf: float | None = None


def plan_renditions(
    facts: MediaFacts, figures: MediaFigures, pace: Pace = Pace.USUAL
) -> tuple[PlannedRendition, ...]:
    """Rungs up to the source's own size, never above, lowest first; a source below the lowest rung gets one at its
    size.
    """
    short = min(facts.width, facts.height)
    rungs = [rung for rung in figures.ladder if rung.short_side <= short]
    if not rungs:
        lowest = figures.ladder[0]
        rungs = [Rung(f"{_even_below(short)}p", short, lowest.bitrate_bps)]
    presets = PRESETS[pace]
    return tuple(
        _at(facts, rung, figures.preset or (presets.others if place else presets.lowest))
        for place, rung in enumerate(rungs)
    )


def plan_turns(
    renditions: Sequence[PlannedRendition], figures: MediaFigures
) -> tuple[tuple[PlannedRendition, ...], ...]:
    """What is made together, one decode each: the lowest rung by itself so that people can watch, then the rest."""
    if not figures.is_first_rung_ahead or len(renditions) == 1:
        return (tuple(renditions),)
    return tuple(renditions[:1]), tuple(renditions[1:])


def tuned(
    renditions: Sequence[PlannedRendition], scores: Mapping[str, float | None], figures: MediaFigures
) -> tuple[PlannedRendition, ...]:
    """The renditions at the quality that brings them to their VMAF. ``scores`` are what trials of some came to; the
    others change as the one below them.
    """
    shift, result = 0.0, []
    for rendition in renditions:
        score = scores.get(rendition.name)
        if score is not None and rendition.vmaf is not None:
            shift = choose_crf(rendition.crf, score, rendition.vmaf, figures) - rendition.crf
        result.append(replace(rendition, crf=round(rendition.crf + shift, 1)))
    return tuple(result)


def fit(width: int, height: int, long_side: int) -> tuple[int, int]:
    """The size scaled down, never up, to a long side; even numbers."""
    scale = min(1.0, long_side / max(width, height))
    return min(_even(width * scale), _even_below(width)), min(_even(height * scale), _even_below(height))


def _at(facts: MediaFacts, rung: Rung, preset: str) -> PlannedRendition:
    scale = rung.short_side / min(facts.width, facts.height)
    width, height = _even(facts.width * scale), _even(facts.height * scale)
    return PlannedRendition(
        rung.name,
        min(width, _even_below(facts.width)),
        min(height, _even_below(facts.height)),
        rung.bitrate_bps,
        preset,
        rung.crf,
        rung.vmaf,
    )


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)


def _even_below(side: int) -> int:
    return max(2, side // 2 * 2)
