"""ffmpeg command lines. Pure: tests compare them as text.

Inputs are read with a forced demuxer and local files only, metadata is dropped (no GPS leaves the platform), and
outputs are named relative to the working directory.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from media.core.facts import MediaFacts
from media.core.figures import MediaFigures
from media.core.ladder import PlannedRendition, fit
from media.core.layout import MASTER, PLAYLIST, SPRITE

_CLEAN = {"map_metadata": "-1", "map_chapters": "-1"}
_QUIET = ["-nostdin", "-hide_banner", "-loglevel", "error"]


def hls_command(
    source: Path, facts: MediaFacts, renditions: Sequence[PlannedRendition], figures: MediaFigures
) -> list[str]:
    """One decode, all renditions: CMAF segments of closed GOPs, sound once beside the pictures, a master playlist.

    Progress goes to stdout as ``key=value`` lines.
    """
    source_node = _input(source, facts)
    pictures = (
        source_node.video.filter("fps", min(facts.fps, figures.max_fps)) if facts.fps else source_node.video
    )
    branches = pictures.filter_multi_output("split", len(renditions)) if len(renditions) > 1 else None
    videos = [
        (branches[index] if branches is not None else pictures)
        .filter("scale", rendition.width, rendition.height)
        .filter("setsar", 1)
        .filter("format", "yuv420p")
        for index, rendition in enumerate(renditions)
    ]
    streams = [source_node["a:0"], *videos] if facts.has_audio else videos
    output = ffmpeg.output(*streams, f"%v/{PLAYLIST}", **_hls_options(facts, renditions, figures))
    return [*_QUIET, "-progress", "pipe:1", *_arguments(output)]


def thumbnail_command(
    source: Path, facts: MediaFacts, at: float, name: str, figures: MediaFigures
) -> list[str]:
    """One still, at a part of the video's length."""
    width, height = fit(facts.width, facts.height, figures.thumbnail_long_side)
    seek_s = f"{facts.shown_ms * at / 1000:.3f}"
    output = (
        _input(source, facts, ss=seek_s)
        .video.filter("scale", width, height)
        .filter("setsar", 1)
        .output(name, vframes=1, **{"q:v": 3, **_CLEAN})
    )
    return [*_QUIET, *_arguments(output)]


def sprite_command(source: Path, facts: MediaFacts, figures: MediaFigures) -> list[str]:
    """Many small stills in one image, evenly over the video."""
    width, height = fit(facts.width, facts.height, figures.sprite_tile_long_side)
    tiles = figures.sprite_columns * figures.sprite_rows
    output = (
        _input(source, facts)
        .video.filter("fps", f"{tiles * 1000}/{max(1, facts.shown_ms)}")
        .filter("scale", width, height)
        .filter("setsar", 1)
        .filter("tile", f"{figures.sprite_columns}x{figures.sprite_rows}")
        .output(SPRITE, vframes=1, **{"q:v": 5, **_CLEAN})
    )
    return [*_QUIET, *_arguments(output)]


def _input(source: Path, facts: MediaFacts, **options: Any) -> Any:
    return ffmpeg.input(str(source), f=facts.container, protocol_whitelist="file", **options)


def _hls_options(
    facts: MediaFacts, renditions: Sequence[PlannedRendition], figures: MediaFigures
) -> dict[str, Any]:
    fps = min(facts.fps or figures.max_fps, figures.max_fps)
    options: dict[str, Any] = {
        **_CLEAN,
        "c:v": "libx264",
        "preset": figures.preset,
        "g": max(1, round(fps * figures.segment_s)),
        "sc_threshold": 0,
        "force_key_frames": f"expr:gte(t,n_forced*{figures.segment_s})",
        "f": "hls",
        "hls_time": figures.segment_s,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments",
        "hls_fmp4_init_filename": "init.mp4",
        "hls_segment_filename": "%v/seg_%05d.m4s",
        "master_pl_name": MASTER,
        "var_stream_map": _stream_map(facts, renditions),
    }
    if facts.has_audio:
        options |= {"c:a": "aac", "b:a": figures.audio_bitrate_bps, "ac": 2, "ar": 48000}
    for index, rendition in enumerate(renditions):
        options[f"b:v:{index}"] = rendition.bitrate_bps
        options[f"maxrate:v:{index}"] = rendition.bitrate_bps * 11 // 10
        options[f"bufsize:v:{index}"] = rendition.bitrate_bps * 2
    return options


def _stream_map(facts: MediaFacts, renditions: Sequence[PlannedRendition]) -> str:
    if not facts.has_audio:
        return " ".join(f"v:{index},name:{each.name}" for index, each in enumerate(renditions))
    videos = [f"v:{index},agroup:audio,name:{each.name}" for index, each in enumerate(renditions)]
    return " ".join(["a:0,agroup:audio,default:yes,name:audio", *videos])


def _arguments(output: Any) -> list[str]:
    arguments: list[str] = ffmpeg.get_args(output)
    return [*arguments, "-y"]
