"""What happens above the lowest rung: copies, trials, measures, and videos that are made again."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import av
import pytest

from contracts.events import (
    VideoProcessed,
    VideoRenditionsCompleted,
    VideoUploaded,
)
from media.core.layout import Layout
from tests.integration.media.conftest import Workshop
from tests.support.media_samples import bars, ffmpeg, tone


@pytest.fixture(scope="module")
def phone_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3 s of 720p with a key frame every second, within the bitrate of its rung."""
    target = tmp_path_factory.mktemp("phone") / "clip.mp4"
    coded = ["-c:v", "libx264", "-preset", "superfast", "-pix_fmt", "yuv420p", "-crf", "34", "-g", "30"]
    even = ["-keyint_min", "30", "-sc_threshold", "0", "-metadata", "comment=filmed at 48.1374 N"]
    ffmpeg(*bars("1280x720", rate=30, seconds=3), *tone(3), *coded, *even, "-c:a", "aac", target)
    return target


async def process(workshop: Workshop, file: Path) -> tuple[VideoUploaded, VideoRenditionsCompleted]:
    upload = await workshop.upload(file)
    *_, last = await workshop.process(upload)
    assert isinstance(last, VideoRenditionsCompleted), last
    return upload, last


async def test_a_source_that_suits_is_the_top_rung_itself(
    workshop: Workshop, phone_clip: Path, tmp_path: Path
) -> None:
    upload, done = await process(workshop, phone_clip)
    assert [(each.name, each.is_copy) for each in done.renditions] == [("360p", False), ("720p", True)]
    copied = await joined(workshop, done.renditions[1].playlist_key, tmp_path / "720p.mp4")
    assert _pictures(copied) == _pictures(phone_clip)
    assert sorted(name for name in await workshop.made(upload) if name.startswith("720p/seg")) == [
        "720p/seg_00000.m4s",
        "720p/seg_00001.m4s",
    ]
    content = copied.read_bytes()
    assert b"48.1374" not in content
    assert b"x264" not in content
    assert b"x264" in phone_clip.read_bytes()
    low, top = (each.vmaf or 0 for each in done.renditions)
    assert 20 < low < 99 < top


async def test_what_many_watch_is_made_again_under_new_names(
    workshop: Workshop, phone_clip: Path, tmp_path: Path
) -> None:
    upload, done = await process(workshop, phone_clip)
    again = await _watch_widely(workshop, upload)
    assert [each.name for each in again.renditions] == ["360p", "720p"]
    assert again.renditions[0].playlist_key == done.renditions[0].playlist_key.replace("360p/", "360p-again/")
    assert again.renditions[1] == done.renditions[1]
    assert _pictures(await joined(workshop, again.renditions[0].playlist_key, tmp_path / "again.mp4"))
    before = set(await workshop.made(upload))
    assert {"360p/index.m3u8", "360p-again/index.m3u8"} <= before
    master = Layout.holding(done.renditions[0].playlist_key.replace("360p/", "")).key("master.m3u8")
    text = (await workshop.storage.get(workshop.settings.bucket_processed, master)).decode()
    variants = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert variants == ["360p-again/index.m3u8", "720p/index.m3u8"]
    assert 'URI="audio/index.m3u8"' in text
    assert await _watch_widely(workshop, upload) == again
    assert set(await workshop.made(upload)) == before
    *_, processed, told = await workshop.process(upload)
    assert isinstance(processed, VideoProcessed)
    assert told == again


async def test_a_video_that_never_was_is_not_made_again(workshop: Workshop, phone_clip: Path) -> None:
    upload = await workshop.upload(phone_clip)
    assert await workshop.watch_widely(upload) == []
    assert await workshop.made(upload) == []


async def _watch_widely(workshop: Workshop, upload: VideoUploaded) -> VideoRenditionsCompleted:
    last = (await workshop.watch_widely(upload))[-1]
    assert isinstance(last, VideoRenditionsCompleted)
    return last


async def joined(workshop: Workshop, playlist_key: str, target: Path) -> Path:
    """A rendition in one file again."""
    bucket, folder = workshop.settings.bucket_processed, playlist_key.rpartition("/")[0]
    keys = sorted(await workshop.storage.list_keys(bucket, f"{folder}/seg_"))
    parts = [await workshop.storage.get(bucket, key) for key in (f"{folder}/init.mp4", *keys)]
    target.write_bytes(b"".join(parts))
    return target


def _pictures(file: Path) -> list[int]:
    """A number for each frame, by what it shows."""
    with av.open(str(file)) as opened:
        return [crc32(bytes(frame.planes[0])) for frame in opened.decode(video=0)]
