"""Uploads become videos, or say why they don't: real files, real ffmpeg, real storage."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import imageio_ffmpeg
import pytest

from contracts.events import Event, VideoProcessed, VideoProcessingFailed, VideoProcessingProgressed
from devstack.clips import generate_clip
from tests.integration.media.conftest import Workshop


def ffmpeg(*arguments: str | Path) -> None:
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_clip(tmp_path_factory.mktemp("media") / "clip.mp4", width=1280, height=720, seconds=3)


async def process(workshop: Workshop, file: Path | bytes) -> VideoProcessed:
    *_, last = await workshop.process(await workshop.upload(file))
    assert isinstance(last, VideoProcessed), last
    return last


async def test_a_clip_becomes_renditions_stills_and_a_sprite(workshop: Workshop, clip: Path) -> None:
    upload = await workshop.upload(clip)
    *progress, done = await workshop.process(upload)
    assert isinstance(done, VideoProcessed)
    assert [(each.name, each.width, each.height) for each in done.renditions] == [
        ("360p", 640, 360),
        ("720p", 1280, 720),
    ]
    assert (done.width, done.height, done.duration_ms) == (1280, 720, 3000)
    assert sorted(await workshop.made(upload)) == sorted(
        [
            "master.m3u8",
            "done.json",
            *(f"{number}.jpg" for number in range(1, 6)),
            "sprite.jpg",
            *(f"{name}/index.m3u8" for name in ("audio", "360p", "720p")),
            *(f"{name}/init_{number}.mp4" for number, name in enumerate(("audio", "360p", "720p"))),
            *(f"{name}/seg_0000{number}.m4s" for name in ("audio", "360p", "720p") for number in (0, 1)),
        ]
    )
    assert _percents(progress) == sorted(_percents(progress))
    stages = list(dict.fromkeys(event.stage.value for event in _progress(progress)))
    assert stages == ["probing", "transcoding", "thumbnails", "publishing"]


async def test_every_rendition_plays_and_begins_its_segments_with_key_frames(
    workshop: Workshop, clip: Path, tmp_path: Path
) -> None:
    done = await process(workshop, clip)
    for rendition in done.renditions:
        playlist = await _download(workshop, rendition.playlist_key, tmp_path / rendition.name)
        with av.open(str(playlist)) as opened:
            stream = opened.streams.video[0]
            frames = list(opened.decode(stream))
            assert (stream.width, stream.height) == (rendition.width, rendition.height)
        keys = [round(float(frame.time or 0)) for frame in frames if frame.key_frame]
        assert keys == [0, 2]


async def test_what_is_done_twice_is_the_same(workshop: Workshop, clip: Path) -> None:
    upload = await workshop.upload(clip)
    first = await workshop.process(upload)
    before = await workshop.made(upload)
    again = await workshop.process(upload)
    assert again[len(first) :] == [first[-1]]
    assert await workshop.made(upload) == before


async def test_a_portrait_of_a_phone_stays_upright(workshop: Workshop, tmp_path: Path, clip: Path) -> None:
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", "90", "-i", clip, "-c", "copy", turned)
    done = await process(workshop, turned)
    assert [(each.width, each.height) for each in done.renditions] == [(360, 640), (720, 1280)]


async def test_sound_may_be_longer_than_the_picture(workshop: Workshop, tmp_path: Path, clip: Path) -> None:
    longer = tmp_path / "longer.mkv"
    ffmpeg(
        *("-i", clip, "-f", "lavfi", "-i", "sine=d=8", "-map", "0:v", "-map", "1:a"),
        *("-c:v", "copy", "-c:a", "aac", longer),
    )
    upload = await workshop.upload(longer)
    *_, done = await workshop.process(upload)
    assert isinstance(done, VideoProcessed), done
    stills = [name for name in await workshop.made(upload) if name.endswith(".jpg")]
    assert sorted(stills) == ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "sprite.jpg"]


async def test_where_it_was_filmed_does_not_leave_the_platform(
    workshop: Workshop, tmp_path: Path, clip: Path
) -> None:
    tagged = tmp_path / "tagged.mp4"
    ffmpeg(
        "-i",
        clip,
        "-c",
        "copy",
        "-metadata",
        "comment=filmed at 48.1374 N",
        "-metadata",
        "title=Home",
        tagged,
    )
    assert b"48.1374" in tagged.read_bytes()
    upload = await workshop.upload(tagged)
    await workshop.process(upload)
    bucket = workshop.settings.bucket_processed
    for key in await workshop.storage.list_keys(bucket, f"{upload.video_id.hex}/"):
        content = await workshop.storage.get(bucket, key)
        assert b"48.1374" not in content
        assert b"Home" not in content


@pytest.mark.parametrize(
    "options",
    [
        ["-c:v", "mpeg4", "-c:a", "mp3", "-f", "avi"],
        ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis", "-f", "webm"],
        ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-an", "-f", "mov"],
    ],
    ids=["avi", "webm", "silent 10-bit HEVC in mov"],
)
async def test_other_formats_are_taken_by_content(
    workshop: Workshop, tmp_path: Path, options: list[str]
) -> None:
    small = generate_clip(tmp_path / "small.mp4", width=320, height=240, seconds=1)
    other = tmp_path / "other.mp4"
    ffmpeg("-i", small, *options, other)
    done = await process(workshop, other)
    assert [(each.name, each.width, each.height) for each in done.renditions] == [("240p", 320, 240)]


def _truncated(clip: Path) -> bytes:
    """The index comes first, then less than half of what it promises."""
    front = clip.with_name("front.mp4")
    ffmpeg("-i", clip, "-c", "copy", "-movflags", "+faststart", front)
    content = front.read_bytes()
    return content[: len(content) * 2 // 5]


def _sound_only(clip: Path) -> bytes:
    sound = clip.with_name("sound.m4a")
    ffmpeg("-i", clip, "-vn", "-c:a", "copy", "-f", "mp4", sound)
    return sound.read_bytes()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda _: b"", "EMPTY_FILE"),
        (lambda _: b"This is a text and no video at all." * 50, "NOT_A_VIDEO"),
        (lambda _: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "NOT_A_VIDEO"),
        (lambda clip: clip.read_bytes()[: clip.stat().st_size // 2], "CORRUPT_FILE"),
        (_truncated, "CORRUPT_FILE"),
        (_sound_only, "NO_VIDEO_STREAM"),
        (lambda _: b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 500, "CORRUPT_FILE"),
    ],
    ids=["empty", "text", "playlist", "index missing", "cut off", "sound only", "hollow"],
)
async def test_a_file_that_is_no_video_fails_with_a_reason_and_leaves_nothing(
    workshop: Workshop, clip: Path, make: Callable[[Path], bytes], reason: str
) -> None:
    upload = await workshop.upload(await asyncio.to_thread(make, clip))
    *_, last = await workshop.process(upload)
    assert isinstance(last, VideoProcessingFailed)
    assert (last.reason, bool(last.message)) == (reason, True)
    assert await workshop.made(upload) == []


async def test_an_upload_that_is_gone_fails(workshop: Workshop, clip: Path) -> None:
    upload = await workshop.upload(clip)
    await workshop.storage.delete(upload.bucket, [upload.object_key])
    [last] = await workshop.process(upload)
    assert isinstance(last, VideoProcessingFailed)
    assert last.reason == "UPLOAD_MISSING"


def _progress(events: list[Event]) -> list[VideoProcessingProgressed]:
    return [event for event in events if isinstance(event, VideoProcessingProgressed)]


def _percents(events: list[Event]) -> list[int]:
    return [event.percent for event in _progress(events)]


async def _download(workshop: Workshop, playlist_key: str, folder: Path) -> Path:
    folder.mkdir()
    prefix = playlist_key.rpartition("/")[0] + "/"
    for key in await workshop.storage.list_keys(workshop.settings.bucket_processed, prefix):
        await workshop.storage.download(
            workshop.settings.bucket_processed, key, folder / key.removeprefix(prefix)
        )
    return folder / "index.m3u8"
