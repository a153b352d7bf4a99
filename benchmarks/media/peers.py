"""How it is usually done: an ffmpeg for each thing that is wanted, at our presets, quality and bitrates."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from devstack.clip_sources import run_ffmpeg
from media.core.figures import LADDER, Rung
from media.core.pace import PRESETS, Pace

_RUNGS = [rung for rung in LADDER if rung.short_side <= 1080]


async def one_each(source: Path, place: Path) -> float:
    """HLS with sound in each rendition; playable when the master playlist could be written, after the last."""
    for rung in _RUNGS:
        (place / rung.name).mkdir()
        await asyncio.to_thread(run_ffmpeg, _rendition(source, place / rung.name, rung))
    return time.monotonic()


async def one_each_with_stills(source: Path, place: Path) -> float:
    """The same with loudness in two passes, five thumbnails, a sprite and a preview."""
    playable = await one_each(source, place)
    for arguments in _extras(source, place):
        await asyncio.to_thread(run_ffmpeg, arguments)
    return max(playable, time.monotonic())


def _rendition(source: Path, folder: Path, rung: Rung) -> list[str]:
    return [
        *("-i", str(source), "-vf", f"fps=30,scale={rung.short_side}:-2,format=yuv420p"),
        *("-c:v", "libx264", "-preset", _preset(rung), "-crf", str(rung.crf)),
        *("-maxrate", str(rung.bitrate_bps), "-bufsize", str(rung.bitrate_bps * 2)),
        *("-g", "60", "-keyint_min", "60", "-sc_threshold", "0", "-c:a", "aac", "-b:a", "128k", "-ac", "2"),
        *("-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"),
        *("-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", str(folder / "seg_%05d.m4s")),
        str(folder / "index.m3u8"),
    ]


def _preset(rung: Rung) -> str:
    presets = PRESETS[Pace.USUAL]
    return presets.lowest if rung is LADDER[0] else presets.others


def _extras(source: Path, place: Path) -> list[list[str]]:
    read = ["-i", str(source)]
    stills = [
        ["-ss", str(at), *read, "-frames:v", "1", "-vf", "scale=404:720", str(place / f"{at}.jpg")]
        for at in (2, 6, 10, 14, 18)
    ]
    sprite = [*read, "-vf", "fps=25/20,scale=90:160,tile=5x5", "-frames:v", "1", str(place / "sprite.jpg")]
    preview = ["-ss", "5", "-t", "3", *read, "-vf", "fps=8,scale=180:320", str(place / "preview.webp")]
    measured = [*read, "-vn", "-af", "loudnorm=I=-14:TP=-1:print_format=json", "-f", "null", "-"]
    return [*stills, sprite, preview, measured]
