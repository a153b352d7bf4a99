"""What a file is by its SHA-256: checked against what was announced, told, and not made twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from contracts.events import VideoProcessed, VideoProcessingFailed, VideoRenditionsCompleted, VideoUploaded
from contracts.ids import new_id
from devstack.clips import generate_clip
from tests.integration.media.conftest import Workshop


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_clip(tmp_path_factory.mktemp("same") / "clip.mp4", width=320, height=640, seconds=1)


async def test_a_file_other_than_announced_is_refused_and_leaves_nothing(
    workshop: Workshop, clip: Path
) -> None:
    uploaded = await workshop.upload(clip)
    lie = uploaded.model_copy(update={"sha256": hashlib.sha256(b"another").hexdigest(), "attempt": 2})
    *_, last = await workshop.process(lie)
    assert isinstance(last, VideoProcessingFailed)
    assert (last.reason, last.attempt, last.is_retryable) == ("CHECKSUM_MISMATCH", 2, False)
    assert await workshop.made(lie) == []


async def test_the_same_file_is_taken_over_without_its_bytes(workshop: Workshop, clip: Path) -> None:
    sha256 = hashlib.sha256(clip.read_bytes()).hexdigest()
    first = (await workshop.upload(clip)).model_copy(update={"sha256": sha256})
    *_, made, _ = await workshop.process(first)
    assert isinstance(made, VideoProcessed)
    assert made.source_sha256 == sha256

    twin = _twin_of(first, made)
    taken, completed = await workshop.process(twin)
    assert isinstance(taken, VideoProcessed)
    assert isinstance(completed, VideoRenditionsCompleted)
    keys = [each.playlist_key for each in taken.renditions]
    assert [each.playlist_key for each in completed.renditions] == keys
    assert (taken.video_id, taken.source_sha256, taken.blurhash) == (twin.video_id, sha256, made.blurhash)
    assert {*await workshop.made(twin), "first.json"} == {*await workshop.made(first)}
    keys = [taken.playlist_key, taken.sprite_key or "", *taken.thumbnail_keys]
    assert {key.split("/")[0] for key in keys} == {twin.video_id.hex}
    bucket = workshop.settings.bucket_processed
    contents = [await workshop.storage.get(bucket, each.playlist_key) for each in (made, taken)]
    assert contents[0] == contents[1]


async def test_what_was_taken_over_is_made_again_where_it_lies(workshop: Workshop, clip: Path) -> None:
    first = await workshop.upload(clip)
    *_, made, _ = await workshop.process(first)
    assert isinstance(made, VideoProcessed)
    twin = _twin_of(first, made)
    taken, _ = await workshop.process(twin)
    assert isinstance(taken, VideoProcessed)
    [*_, again] = await workshop.watch_widely(
        twin.model_copy(update={"object_key": first.object_key}), playlist_key=taken.playlist_key
    )
    assert isinstance(again, VideoRenditionsCompleted)
    folder = taken.playlist_key.rpartition("/")[0]
    assert [each.playlist_key for each in again.renditions] == [f"{folder}/320p-again/index.m3u8"]


async def test_a_twin_that_is_not_all_there_is_no_twin(workshop: Workshop, clip: Path) -> None:
    first = await workshop.upload(clip)
    *_, made, _ = await workshop.process(first)
    assert isinstance(made, VideoProcessed)
    folder = made.playlist_key.rpartition("/")[0]
    await workshop.storage.delete(workshop.settings.bucket_processed, [f"{folder}/done.json"])
    [*_, made_anew, _] = await workshop.process(
        _twin_of(first, made).model_copy(update={"object_key": first.object_key})
    )
    assert isinstance(made_anew, VideoProcessed)

    await workshop.storage.delete(first.bucket, [first.object_key])
    [failed] = await workshop.process(_twin_of(first, made))
    assert isinstance(failed, VideoProcessingFailed)
    assert failed.reason == "UPLOAD_MISSING"


def _twin_of(first: VideoUploaded, made: VideoProcessed) -> VideoUploaded:
    """Another video of the same creator, whose file was never sent."""
    return first.model_copy(
        update={
            "video_id": new_id(),
            "object_key": "nowhere/nothing.mp4",
            "twin_playlist_key": made.playlist_key,
        }
    )
