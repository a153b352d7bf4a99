"""The product's figures for media (domain-facts: Upload and validation, Transcoding ladder)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rung:
    """``short_side`` is the smaller dimension in pixels: a portrait video of 360p is 360 wide."""

    name: str
    short_side: int
    bitrate_bps: int


LADDER = (
    Rung("360p", 360, 600_000),
    Rung("720p", 720, 2_500_000),
    Rung("1080p", 1080, 5_000_000),
    Rung("2160p", 2160, 20_000_000),
)


@dataclass(frozen=True, slots=True)
class MediaFigures:
    """Defaults. Sizes in pixels, durations in the unit that the name carries."""

    ladder: tuple[Rung, ...] = LADDER
    max_bytes: int = 500 * 1024 * 1024
    max_duration_ms: int = 10 * 60 * 1000
    max_side: int = 8192
    min_side: int = 16
    segment_s: int = 2
    max_fps: int = 60
    audio_bitrate_bps: int = 128_000
    preset: str = "veryfast"
    thumbnails: tuple[float, ...] = field(default=(0.1, 0.3, 0.5, 0.7, 0.9))
    """Where in the video the five stills are taken, as parts of its length."""
    thumbnail_long_side: int = 720
    sprite_columns: int = 5
    sprite_rows: int = 5
    sprite_tile_long_side: int = 160
    probe_timeout_s: float = 30.0
    transcode_timeout_per_s: float = 30.0
    """Seconds of work allowed for each second of video, on top of a minute."""


FIGURES = MediaFigures()
