"""Loudness by EBU R128: what the first pass measured, and what to do about it."""

from __future__ import annotations

import re
from typing import Final

from media.core.figures import MediaFigures

_INTEGRATED: Final = re.compile(r"^\s*I:\s+(-?[\d.]+|-?inf|nan) LUFS\s*$", re.MULTILINE)
_SILENCE_LUFS: Final = -70.0
"""The gate of the measure: nothing is found to be quieter."""


def parse_loudness(said: str) -> float | None:
    """LUFS over the whole sound out of what the filter ``ebur128`` says at its end; None when it heard no sound at all,
    not even silence.
    """
    found = _INTEGRATED.findall(said)
    if not found:
        return None
    return _SILENCE_LUFS if found[-1].lstrip("-") in ("inf", "nan") else float(found[-1])


def gain_db(measured_lufs: float, figures: MediaFigures) -> float:
    """What is added; silence is left alone, and a whisper does not become its own noise."""
    if measured_lufs <= _SILENCE_LUFS + 1:
        return 0.0
    return min(figures.loudness_boost_db, figures.loudness_lufs - measured_lufs)
