"""Facts of an unremarkable file, to vary."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from media.core.facts import MediaFacts

_PLAIN = MediaFacts(
    container="mov",
    video_codec="h264",
    video_index=0,
    width=1280,
    height=720,
    frames=360,
    fps=Fraction(30),
    streams=2,
    promised_ms=12_000,
    picture_promised_ms=12_000,
    readable_ms=12_000,
    picture_readable_ms=12_000,
    picture_start_ms=0,
    last_frame_ms=11_967,
    picture_end_ms=12_000,
    audio_index=1,
    sound_end_ms=12_000,
)


def media_facts(**changes: Any) -> MediaFacts:
    """12 seconds of 720p at 30 frames a second with sound, but for ``changes``."""
    return replace(_PLAIN, **changes)
