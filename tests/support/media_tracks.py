"""Tracks as they come out of packaging, without files."""

from __future__ import annotations

from media.core.boxes import Init
from media.core.tracks import Segment, Track

_SIZES = {"360p": (640, 360), "720p": (1280, 720), "1080p": (1920, 1080)}


def media_track(name: str, *, seconds: float = 12, segment_bytes: int = 150_000) -> Track:
    """A rendition at 30 frames a second, or ``audio``; segments of 2 s and what is left."""
    init, rate, per_sample = (
        (Init(48_000, "mp4a.40.2", sample_rate_hz=48_000, channels=2), 48_000 // 1000, 1000)
        if name == "audio"
        else (Init(15_360, "avc1.64001E", *_SIZES[name]), 30, 512)
    )
    left, segments = round(seconds * rate), []
    start = 0
    while left:
        samples = min(left, rate * 2)
        segments.append(Segment(start, samples * per_sample, samples, segment_bytes, starts_with_key=True))
        start, left = start + samples * per_sample, left - samples
    return Track(name, init, tuple(segments))
