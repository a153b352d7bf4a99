"""Uploads become videos, or say why they don't: real files, real ffmpeg, real storage."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import pytest

from contracts.events import (
    Event,
    VideoProcessed,
    VideoProcessingFailed,
    VideoProcessingProgressed,
    VideoRenditionsCompleted,
    VideoUploaded,
)
from devstack.clips import generate_clip
from media.core.errors import BrokenOutputError
from media.core.figures import Limits
from media.core.tracks import Track
from media.jobs import Job
from media.means import Means
from media.runner import ChildError, run_ffmpeg
from media.shelf import Buckets, Shelf
from media.turns import Turns
from tests.integration.media.conftest import QUICK, Workshop
from tests.support.media_samples import ffmpeg


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_clip(tmp_path_factory.mktemp("media") / "clip.mp4", width=1280, height=720, seconds=3)


async def process(workshop: Workshop, file: Path | bytes) -> VideoProcessed:
    events = await workshop.process(await workshop.upload(file))
    [processed] = [event for event in events if isinstance(event, VideoProcessed)]
    assert isinstance(events[-1], VideoRenditionsCompleted), events[-1]
    assert [each.name for each in events[-1].renditions] == [each.name for each in processed.renditions]
    return processed


async def test_a_clip_becomes_renditions_stills_and_a_sprite(workshop: Workshop, clip: Path) -> None:
    upload = await workshop.upload(clip)
    *progress, done, completed = await workshop.process(upload)
    assert isinstance(done, VideoProcessed)
    assert isinstance(completed, VideoRenditionsCompleted)
    assert [(each.name, each.width, each.height, each.is_ready) for each in done.renditions] == [
        ("360p", 640, 360, True),
        ("720p", 1280, 720, False),
    ]
    assert [(each.name, each.is_ready) for each in completed.renditions] == [("360p", True), ("720p", True)]
    assert (done.width, done.height, done.duration_ms) == (1280, 720, 3000)
    assert len(done.blurhash or "") == 28
    names = ("audio", "360p", "720p")
    assert sorted(await workshop.made(upload)) == sorted(
        [
            *("master.m3u8", "manifest.mpd", "first.json", "done.json"),
            *(f"{number}.jpg" for number in range(1, 6)),
            *("sprite.jpg", "sprite.vtt", "preview.webp"),
            *(f"{name}/{file}" for name in names for file in ("index.m3u8", "init.mp4")),
            *(f"{name}/seg_0000{number}.m4s" for name in names for number in (0, 1)),
        ]
    )
    assert _percents(progress) == sorted(_percents(progress))
    stages = list(dict.fromkeys(event.stage.value for event in _progress(progress)))
    assert stages == ["probing", "transcoding", "thumbnails", "publishing"]


class _Witness:
    """What stands in the store when a fact is told."""

    def __init__(
        self, workshop: Workshop, *, dies_at: type[Event] | None = None, turns: Turns | None = None
    ) -> None:
        self._workshop = workshop
        self.turns = turns or Turns()
        self._dies_at = dies_at
        self.events: list[Event] = []
        self.masters: list[str] = []

    async def tell(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, VideoProcessed):
            self._key = event.playlist_key
        if isinstance(event, VideoProcessed | VideoRenditionsCompleted):
            bucket = self._workshop.settings.bucket_processed
            self.masters.append((await self._workshop.storage.get(bucket, self._key)).decode())
        if self._dies_at is type(event):
            raise ConnectionError("killed")

    def job(self, upload: VideoUploaded, work_dir: Path) -> Job:
        settings = self._workshop.settings
        buckets = Buckets(settings.bucket_processed, settings.bucket_thumbnails)
        shelf = Shelf(self._workshop.storage, buckets, upload)
        return Job(upload, shelf, Means(QUICK, self.turns, work_dir, "secret", self.tell))

    def names(self) -> list[str]:
        return [
            type(event).__name__ for event in self.events if not isinstance(event, VideoProcessingProgressed)
        ]


def _variants(master: str) -> list[str]:
    return [line for line in master.splitlines() if line and not line.startswith("#")]


async def test_a_video_plays_at_its_lowest_rung_and_the_others_join_at_the_same_address(
    workshop: Workshop, clip: Path, tmp_path: Path
) -> None:
    witness = _Witness(workshop)
    await witness.job(await workshop.upload(clip), tmp_path).run()
    assert witness.names() == ["VideoProcessed", "VideoRenditionsCompleted"]
    assert [_variants(master) for master in witness.masters] == [
        ["360p/index.m3u8"],
        ["360p/index.m3u8", "720p/index.m3u8"],
    ]
    assert witness.masters[1].startswith(witness.masters[0])


async def test_a_job_goes_on_elsewhere_from_its_last_finished_stage(
    workshop: Workshop, clip: Path, tmp_path: Path
) -> None:
    upload = await workshop.upload(clip)
    killed = _Witness(workshop, dies_at=VideoProcessed)
    with pytest.raises(ConnectionError):
        await killed.job(upload, tmp_path / "here").run()
    assert list((tmp_path / "here").iterdir()) == []
    other = _Witness(workshop)
    await other.job(upload, tmp_path / "there").run()
    assert [type(event) for event in other.events] == [VideoProcessed, VideoRenditionsCompleted]
    assert _variants(other.masters[1]) == ["360p/index.m3u8", "720p/index.m3u8"]


async def test_what_nobody_can_watch_yet_goes_before_what_somebody_can(
    workshop: Workshop, clip: Path, tmp_path: Path
) -> None:
    turns = Turns()
    one, other = _Witness(workshop, turns=turns), _Witness(workshop, turns=turns)
    other.events = one.events
    jobs = [witness.job(await workshop.upload(clip), tmp_path) for witness in (one, other)]
    await asyncio.gather(*(job.run() for job in jobs))
    assert one.names() == ["VideoProcessed"] * 2 + ["VideoRenditionsCompleted"] * 2


@pytest.mark.parametrize("name", ["audio", "360p"])
async def test_nothing_of_a_broken_result_is_published(
    workshop: Workshop, clip: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async def run_and_damage(arguments: Sequence[str], folder: Path, limits: Limits, **rest: Any) -> str:
        said = await run_ffmpeg(arguments, folder, limits, **rest)
        whole = folder / f"{name}.mp4"
        if whole.exists():
            content = bytearray(whole.read_bytes())
            at = content.rindex(b"mdat") + 40
            content[at : at + 4000] = bytes(len(content[at : at + 4000]))
            whole.write_bytes(content)
        return said

    monkeypatch.setattr("media.making.run_ffmpeg", run_and_damage)
    upload = await workshop.upload(clip)
    *_, last = await workshop.process(upload)
    assert isinstance(last, VideoProcessingFailed)
    assert (last.reason, await workshop.made(upload)) == ("TRANSCODE_FAILED", [])


async def test_a_rung_that_breaks_later_is_left_out_and_the_video_stays(
    workshop: Workshop, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> list[Track]:
        raise BrokenOutputError(["720p lasts 1 s"])

    monkeypatch.setattr("media.making.Maker.make_rest", fail)
    upload = await workshop.upload(clip)
    *_, done, completed = await workshop.process(upload)
    assert isinstance(done, VideoProcessed)
    assert isinstance(completed, VideoRenditionsCompleted)
    assert [each.name for each in completed.renditions] == ["360p"]
    assert not [name for name in await workshop.made(upload) if name.startswith("720p/")]


async def test_a_full_disk_is_not_the_files_fault(
    workshop: Workshop, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = tmp_path / "ffmpeg"
    full.write_text("#!/bin/sh\necho 'Error writing trailer: No space left on device' >&2; exit 228\n")
    full.chmod(0o755)
    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", lambda: str(full))
    upload = await workshop.upload(clip)
    with pytest.raises(ChildError, match="No space left"):
        await workshop.process(upload)
    assert await workshop.made(upload) == ["tries-1.json"]


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
    assert again[len(first) :] == first[-2:]
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
    *_, done, _ = await workshop.process(upload)
    assert isinstance(done, VideoProcessed), done
    assert done.duration_ms == pytest.approx(8000, abs=50)
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


def _without_last_second(clip: Path) -> bytes:
    """The sound stands before the picture and is whole; the picture is not."""
    split, front = clip.with_name("split.mp4"), clip.with_name("split-front.mp4")
    ffmpeg("-i", clip, "-c", "copy", "-max_interleave_delta", "0", "-movflags", "+faststart", split)
    ffmpeg("-i", split, "-c", "copy", "-movflags", "+faststart", front)
    content = front.read_bytes()
    return content[: len(content) * 7 // 10]


def _hole(clip: Path) -> bytes:
    content = bytearray(clip.read_bytes())
    start, end = len(content) // 4, len(content) * 3 // 4
    content[start:end] = bytes(end - start)
    return bytes(content)


def _picture(clip: Path) -> bytes:
    ffmpeg("-i", clip, "-frames:v", "1", "-an", "-c:v", "png", "-f", "mov", clip.with_name("picture.mov"))
    return clip.with_name("picture.mov").read_bytes()


def _wide(clip: Path) -> bytes:
    wide = clip.with_name("wide.mkv")
    ffmpeg("-f", "lavfi", "-i", "color=red:s=8200x32:d=0.2", "-c:v", "ffv1", wide)
    return wide.read_bytes()


def _unknown_codec(clip: Path) -> bytes:
    return clip.read_bytes().replace(b"avc1", b"zzzz").replace(b"avcC", b"zzzC")


def _many_streams(clip: Path) -> bytes:
    many = clip.with_name("many.mkv")
    ffmpeg("-i", clip, "-c", "copy", *["-map", "0:v"] * 20, *["-map", "0:a"] * 20, many)
    return many.read_bytes()


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
        (_without_last_second, "CORRUPT_FILE"),
        (_hole, "CORRUPT_FILE"),
        (_picture, "NO_VIDEO_STREAM"),
        (_wide, "UNSUPPORTED_SIZE"),
        (_unknown_codec, "UNSUPPORTED_CODEC"),
        (_many_streams, "TOO_MANY_STREAMS"),
        (_truncated, "CORRUPT_FILE"),
        (_sound_only, "NO_VIDEO_STREAM"),
        (lambda _: b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 500, "CORRUPT_FILE"),
    ],
    ids=[
        *("empty", "text", "playlist", "index missing", "cut late", "hole", "picture", "wide", "codec"),
        *("streams", "cut off", "sound only", "hollow"),
    ],
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
