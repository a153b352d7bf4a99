"""Files that were made to hurt, and damaged ones of other people: a typed failure, nothing published, a clean disk."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import pytest

from contracts.events import VideoProcessingFailed, VideoRenditionsCompleted
from media.core.errors import RejectedError
from media.core.facts import judge
from media.runner import probe_file
from tests.integration.media.conftest import QUICK, Workshop
from tests.support.media_samples import bars, ffmpeg, sdist_sample

_X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]


@pytest.fixture
def disk(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the worker works; empty when the job is over."""
    folder = tmp_path / "disk"
    folder.mkdir()
    means = replace(workshop.worker._means, work_dir=folder)
    monkeypatch.setattr(workshop.worker, "_means", means)
    yield folder
    assert list(folder.iterdir()) == []


def _small(folder: Path) -> Path:
    plain = folder / "plain.mp4"
    ffmpeg(*bars("160x120", seconds=1), *_X264, "-movflags", "+faststart", plain)
    return plain


def _blank(folder: Path, side: int, frames: int) -> Path:
    """Frames of one bit a pixel that are all the same: some KB each, however large."""
    raw, one, many = folder / "raw", folder / "one.mov", folder / "many.mov"
    raw.write_bytes(bytes(side * side // 8))
    ffmpeg("-f", "rawvideo", "-pix_fmt", "monob", "-s", f"{side}x{side}", "-i", raw, "-c:v", "png", one)
    ffmpeg("-stream_loop", str(frames - 1), "-i", one, "-c", "copy", many)
    return many


def _one_giant_frame(folder: Path) -> bytes:
    return _blank(folder, 16_000, 2).read_bytes()


def _decompression_bomb(folder: Path) -> bytes:
    content = _blank(folder, 8_192, 5_500).read_bytes()
    assert len(content) < 60_000_000
    return content


def _thousand_a_second(folder: Path) -> bytes:
    fast = folder / "fast.mp4"
    ffmpeg(*bars("160x120", rate=1000, seconds=1), *_X264, fast)
    return fast.read_bytes()


def _endless(folder: Path) -> bytes:
    """Its header promises decades."""
    long = folder / "long.mkv"
    ffmpeg("-i", _small(folder), "-c", "copy", long)
    content = bytearray(long.read_bytes())
    struct.pack_into(">d", content, content.index(b"\x44\x89\x88") + 3, 1e12)
    return bytes(content)


def _picture(kind: str) -> Callable[[Path], bytes]:
    def make(folder: Path) -> bytes:
        ffmpeg(*bars("64x64", seconds=0.04), "-frames:v", "1", folder / f"picture.{kind}")
        return (folder / f"picture.{kind}").read_bytes()

    return make


def _said(text: str) -> Callable[[Path], bytes]:
    return lambda _: text.encode() * 3


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_one_giant_frame, "UNSUPPORTED_SIZE"),
        (_decompression_bomb, "TOO_DEMANDING"),
        (_thousand_a_second, "TOO_DEMANDING"),
        (_endless, "TOO_LONG"),
        (_picture("png"), "NOT_A_VIDEO"),
        (_picture("jpg"), "NOT_A_VIDEO"),
        (_picture("gif"), "NOT_A_VIDEO"),
        (_said("ffconcat version 1.0\nfile /etc/passwd\n"), "NOT_A_VIDEO"),
        (_said("#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/latest/\n"), "NOT_A_VIDEO"),
        (lambda _: bytes(100_000), "NOT_A_VIDEO"),
    ],
    ids=[
        *("16k frame", "bomb", "1000 fps", "endless", "png", "jpeg", "gif"),
        *("concat", "remote playlist", "zeros"),
    ],
)
@pytest.mark.usefixtures("disk")
async def test_it_fails_with_a_reason_and_leaves_nothing(
    workshop: Workshop, tmp_path: Path, make: Callable[[Path], bytes], reason: str
) -> None:
    upload = await workshop.upload(await asyncio.to_thread(make, tmp_path))
    *_, last = await workshop.process(upload)
    assert isinstance(last, VideoProcessingFailed), last
    assert (last.reason, last.is_retryable) == (reason, False)
    assert await workshop.made(upload) == []


@pytest.mark.usefixtures("disk")
async def test_times_before_zero_are_moved(workshop: Workshop, tmp_path: Path) -> None:
    early = tmp_path / "early.mkv"
    plain = _small(tmp_path)
    with (
        av.open(str(plain)) as read,
        av.open(str(early), "w", options={"avoid_negative_ts": "disabled"}) as written,
    ):
        stream = written.add_stream_from_template(read.streams.video[0])
        for packet in read.demux(video=0):
            if packet.dts is not None and packet.pts is not None:
                packet.pts, packet.dts = packet.pts - 6000, packet.dts - 6000
                packet.stream = stream
                written.mux(packet)
    upload = await workshop.upload(early)
    *_, last = await workshop.process(upload)
    assert isinstance(last, VideoRenditionsCompleted), last


@pytest.mark.usefixtures("disk")
async def test_a_track_that_lies_in_another_file_is_not_fetched_from_there(
    workshop: Workshop, tmp_path: Path
) -> None:
    """QuickTime may say of a track that its pictures lie elsewhere."""
    secret = _small(tmp_path)
    content = secret.read_bytes()
    place = content.index(b"url ") - 4
    path = f"file://{secret}".encode() + b"\0"
    box = struct.pack(">I4sI", 12 + len(path), b"url ", 0) + path
    grown = len(box) - 12
    elsewhere = bytearray(content[:place] + box + content[place + 12 :])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        at = elsewhere.index(name) - 4
        struct.pack_into(">I", elsewhere, at, struct.unpack_from(">I", elsewhere, at)[0] + grown)
    hollow = bytes(elsewhere[: elsewhere.index(b"mdat") + 4])
    upload = await workshop.upload(hollow)
    *_, last = await workshop.process(upload)
    assert isinstance(last, VideoProcessingFailed), last
    assert last.reason == "CORRUPT_FILE"
    assert await workshop.made(upload) == []


@pytest.mark.usefixtures("disk")
async def test_names_inside_a_file_are_nobodys_paths(workshop: Workshop, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("gotcha")
    tricky, trap = tmp_path / "tricky.mkv", "../../../../tmp/clipgraph-trap"
    ffmpeg(
        *("-i", _small(tmp_path), "-c", "copy", "-attach", note, "-metadata:s:t", "mimetype=text/plain"),
        *("-metadata:s:t", f"filename={trap}", "-metadata", f"title={trap}", tricky),
    )
    upload = await workshop.upload(tricky)
    *_, last = await workshop.process(upload)
    assert isinstance(last, VideoRenditionsCompleted), last
    assert not Path("/tmp/clipgraph-trap").exists()
    assert all(".." not in name for name in await workshop.made(upload))


@pytest.mark.parametrize(
    ("package", "file", "found"),
    [
        ("hachoir", "10min.mkv", "h264 384x288"),
        ("hachoir", "flashmob.mkv", "h264 384x288"),
        ("hachoir", "quicktime.mp4", "mpeg4 190x240"),
        ("hachoir", "sample.ts", "mpeg2video 1024x576"),
        ("hachoir", "Panasonic_AG_HMC_151.MTS", "CORRUPT_FILE"),
        ("hachoir", "smallville.s03e02.avi", "CORRUPT_FILE"),
        ("hachoir", "pentax_320x240.mov", "NO_VIDEO_STREAM"),
        ("hachoir", "breakdance.flv", "NOT_A_VIDEO"),
        ("hachoir", "matrix_ping_pong.wmv", "NOT_A_VIDEO"),
        ("hachoir", "sheep_on_drugs.mp3", "NOT_A_VIDEO"),
        ("pymediainfo", "sample.mp4", "h264 1920x1080"),
        ("pymediainfo", "sample.mkv", "CORRUPT_FILE"),
        ("pymediainfo", "mp4-with-audio.mp4", "NO_VIDEO_STREAM"),
        ("pymediainfo", "mpeg4.mp4", "NO_VIDEO_STREAM"),
        ("pymediainfo", "vbr_requires_parsespeed_1.mp4", "NO_VIDEO_STREAM"),
    ],
)
async def test_files_of_other_peoples_tests_are_told_apart(package: str, file: str, found: str) -> None:
    assert await _verdict(sdist_sample(package, file)) == found


async def _verdict(file: Path) -> str:
    try:
        facts = await probe_file(file, QUICK)
        judge(facts, QUICK)
    except RejectedError as rejected:
        return rejected.reason
    return f"{facts.video_codec} {facts.width}x{facts.height}"
