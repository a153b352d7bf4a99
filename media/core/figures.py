"""The product's figures for media (domain-facts: Upload and validation, Transcoding ladder)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rung:
    """``short_side`` is the smaller dimension in pixels: a portrait video of 360p is 360 wide.

    ``crf`` is the quality to begin with, ``vmaf`` (against the source) what samples are tuned to; None leaves it at
    ``crf``.
    """

    name: str
    short_side: int
    bitrate_bps: int
    crf: float = 23.0
    vmaf: float | None = None


LADDER = (
    Rung("360p", 360, 600_000),
    Rung("720p", 720, 2_500_000, crf=21.5, vmaf=90.0),
    Rung("1080p", 1080, 5_000_000, crf=21.5, vmaf=93.0),
    Rung("2160p", 2160, 20_000_000, crf=23.0, vmaf=94.0),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child that reads an upload may take. Memory is address space, 0 for no limit: a card's driver maps more
    than there is.
    """

    memory_bytes: int
    file_bytes: int
    time_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class MediaFigures:
    """Defaults. Sizes in pixels, durations in the unit that the name carries."""

    ladder: tuple[Rung, ...] = LADDER
    max_bytes: int = 500 * 1024 * 1024
    max_duration_ms: int = 10 * 60 * 1000
    max_side: int = 8192
    min_side: int = 16
    max_streams: int = 32
    max_source_fps: int = 480
    max_decoded_pixels: int = 360_000_000_000
    """Of all frames together: 10 minutes of 4K at 60 frames a second are 299 milliards."""
    segment_s: int = 2
    max_fps: int = 60
    min_fps: int = 5
    audio_bitrate_bps: int = 128_000
    audio_rate_hz: int = 48_000
    loudness_lufs: float = -14.0
    loudness_boost_db: float = 20.0
    peak_db: float = -1.0
    preset: str | None = None
    """Of x264 for every rung; None leaves it to ``core/pace.py``."""
    tries: int = 3
    """How often a job is begun before it is given up."""
    hurried_from: int = 8
    """Uploads waiting in a worker from which on less care is taken."""
    easy_share: float = 0.6
    """Of the lowest rung's bitrate: what needs more is coded at the CRF of its rung, without a trial."""
    vmaf_per_crf: float = 1.1
    """What a step of CRF costs near the target."""
    crf_up_at_most: float = 6.0
    crf_down_at_most: float = 1.0
    """Further down the bitrate of the rung stands in the way."""
    sample_windows: int = 3
    sample_window_frames: int = 6
    """Frames in a row that VMAF is measured on, ``sample_windows`` times, near the beginning of segments."""
    sample_offset_frames: int = 4
    vmaf_short_side: int = 1080
    """VMAF is measured at the source's size, or at this one where the source is larger."""
    copied_level: int = 42
    copied_level_4k: int = 52
    copied_peak: float = 1.5
    """How far a segment that is copied may go above the bitrate of its rung."""
    is_first_rung_ahead: bool = True
    """The lowest rung is made and published by itself; without, all rungs come out of one decode, later."""
    stills: int = 25
    """Looked at in equal parts of the video; they fill the sprite, and the thumbnails are the best of them."""
    thumbnails: int = 5
    thumbnail_long_side: int = 720
    sprite_columns: int = 5
    sprite_tile_long_side: int = 160
    placeholder_long_side: int = 32
    preview_s: float = 3.0
    preview_fps: int = 8
    preview_long_side: int = 320
    duration_slack_ms: int = 500
    """How far the length of what was made may be from the source's."""
    checked_whole_short_side: int = 480
    """Up to this size every frame of what was made is decoded before it is published, above it every key frame."""
    probe_limits: Limits = field(default=Limits(2 * 1024**3, 1024**2, 60.0, 60.0))
    card_probe_limits: Limits = field(default=Limits(0, 16 * 1024**2, 20.0, 20.0))
    memory_bytes: int = 6 * 1024**3
    threads: int = 0
    """Of each decoder and encoder, 0 for one and a half a core; more take memory more than they save time."""
    threads_at_most: int = 8
    output_bytes: int = 4 * 1024**3
    base_time_s: float = 60.0
    time_per_s: float = 30.0
    """Seconds of work allowed for each second of video, on top of ``base_time_s``."""


FIGURES = MediaFigures()
