"""Frame rates: what a source's timestamps come to, and what the video gets."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil
from statistics import fmean

_STANDARD = tuple(
    Fraction(rate)
    for rate in (
        "10",
        "12",
        "15",
        "24000/1001",
        "24",
        "25",
        "30000/1001",
        "30",
        "48",
        "50",
        "60000/1001",
        "60",
    )
)
_NEAR = Fraction(1, 200)


def nominal_rate(times_s: Sequence[float]) -> Fraction:
    """Frames a second where the picture moves fastest: pauses of a variable rate don't count. 0 for fewer than two
    frames.

    ``times_s`` are the frames' times, ascending.
    """
    gaps = sorted(later - earlier for earlier, later in pairwise(times_s) if later > earlier)
    if not gaps:
        return Fraction(0)
    quick = gaps[len(gaps) // 5]
    usual = [gap for gap in gaps if quick * 0.9 <= gap <= quick * 1.1]
    rate = 1 / fmean(usual)
    return _nearest(rate) if len(usual) > len(gaps) * 0.9 else _at_least(rate)


def target_rate(source: Fraction, *, lowest: int, highest: int) -> Fraction:
    """The rate of the video: a whole part of the source's where that is above ``highest``."""
    if source <= 0:
        return Fraction(lowest)
    return max(Fraction(lowest), source / ceil(source / highest))


def _nearest(rate: float) -> Fraction:
    """A steady rate, freed of the rounding of its timestamps."""
    nearest = min(_STANDARD, key=lambda standard: abs(standard - rate))
    if abs(nearest - rate) <= nearest * _NEAR:
        return nearest
    return Fraction(rate).limit_denominator(1001)


def _at_least(rate: float) -> Fraction:
    """A rate that leaves out no frame of a variable one, or hardly any."""
    return next((standard for standard in _STANDARD if standard >= rate * 0.98), _STANDARD[-1])
