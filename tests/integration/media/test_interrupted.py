"""Jobs that stop at a bad moment: what players know of is finished and never changes, and nobody else is charged."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.events import Event, VideoProcessed, VideoRenditionsCompleted, VideoUploaded
from devstack.clips import generate_clip
from media.jobs import Job
from media.means import Means
from media.runner import ChildError
from media.shelf import Buckets, Shelf
from media.turns import Turns
from tests.integration.media.conftest import QUICK, Workshop


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_clip(tmp_path_factory.mktemp("media") / "clip.mp4", width=1200, height=800, seconds=1)


@pytest.fixture
async def upload(workshop: Workshop, clip: Path) -> VideoUploaded:
    return await workshop.upload(clip)


@pytest.mark.parametrize(
    ("verb", "call"),
    [
        pytest.param("write_marker", 4, id="before its marker"),
        pytest.param("put_manifests", 2, id="after its marker"),
    ],
)
async def test_what_nobody_was_told_of_is_in_no_manifest(
    workshop: Workshop,
    upload: VideoUploaded,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
    call: int,
) -> None:
    """A worker dies at the ``call``-th time that it does this. Markers: a try, the first stage, a try, the end."""
    with monkeypatch.context() as patched:
        _die_at(patched, verb, call)
        with pytest.raises(ConnectionError):
            await workshop.process(upload)
    assert "720p/index.m3u8" in await workshop.made(upload)
    assert await _variants(workshop, upload) == ["360p/index.m3u8"]

    if verb == "put_manifests":
        monkeypatch.setattr("media.making.Maker.make_rest", _burn)
    *_, done = await workshop.process(upload)
    assert isinstance(done, VideoRenditionsCompleted)
    assert await _variants(workshop, upload) == ["360p/index.m3u8", "720p/index.m3u8"]
    assert [name for name in await workshop.made(upload) if name.startswith("tries")] == []


async def test_what_is_made_again_is_in_no_manifest_before_its_marker(
    workshop: Workshop, upload: VideoUploaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workshop.process(upload)
    with monkeypatch.context() as patched:
        _die_at(patched, "write_marker", 2)
        with pytest.raises(ConnectionError):
            await workshop.watch_widely(upload)
    assert "720p-again/index.m3u8" in await workshop.made(upload)
    assert await _variants(workshop, upload) == ["360p/index.m3u8", "720p/index.m3u8"]
    await workshop.watch_widely(upload)
    assert await _variants(workshop, upload) == ["360p-again/index.m3u8", "720p-again/index.m3u8"]


async def test_a_copy_of_a_video_names_what_was_copied(
    workshop: Workshop, upload: VideoUploaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the first video is made again meanwhile."""
    *_, made, _ = await workshop.process(upload)
    assert isinstance(made, VideoProcessed)
    copy_all = Shelf.copy_all

    async def copy_and_lose_the_race(*of: Any) -> None:
        await copy_all(*of)
        master = await workshop.storage.get(workshop.settings.bucket_processed, made.playlist_key)
        newer = master.replace(b"720p/", b"720p-again/")
        await workshop.storage.put(
            workshop.settings.bucket_processed, made.playlist_key, newer, content_type="text/plain"
        )

    monkeypatch.setattr(Shelf, "copy_all", copy_and_lose_the_race)
    twin = (await workshop.upload(b"never sent")).model_copy(update={"twin_playlist_key": made.playlist_key})
    await workshop.process(twin)
    variants = await _variants(workshop, twin)
    assert variants == ["360p/index.m3u8", "720p/index.m3u8"]
    assert set(variants) <= set(await workshop.made(twin))


async def test_a_video_whose_renditions_were_given_up_gets_them_when_many_watch(
    workshop: Workshop, upload: VideoUploaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("media.making.Maker.make_rest", _burn)
        for _ in range(3):
            with pytest.raises(ChildError):
                await workshop.process(upload)
        *_, left = await workshop.process(upload)
    assert isinstance(left, VideoRenditionsCompleted)
    assert [each.name for each in left.renditions] == ["360p"]
    *_, again = await workshop.watch_widely(upload)
    assert isinstance(again, VideoRenditionsCompleted)
    assert [each.name for each in again.renditions] == ["360p", "720p"]


async def test_what_cannot_be_made_again_is_put_aside_after_three_tries(
    workshop: Workshop, upload: VideoUploaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await workshop.process(upload)
    monkeypatch.setattr("media.making.Maker.make_rest", _burn)
    for _ in range(3):
        with pytest.raises(ChildError):
            await workshop.watch_widely(upload)
    assert await workshop.watch_widely(upload) == told
    assert "tries-again.json" in await workshop.made(upload)
    assert await _variants(workshop, upload) == ["360p/index.m3u8", "720p/index.m3u8"]


async def test_who_waits_for_its_turn_is_not_charged_when_its_worker_dies(
    workshop: Workshop, upload: VideoUploaded, tmp_path: Path
) -> None:
    turns, settings = Turns(), workshop.settings
    buckets = Buckets(settings.bucket_processed, settings.bucket_thumbnails)
    means = Means(QUICK, turns, tmp_path, secrets.token_hex(4), _ignore)
    async with turns.taken(is_urgent=True):
        waiting = asyncio.create_task(Job(upload, Shelf(workshop.storage, buckets, upload), means).run())
        async with asyncio.timeout(30):
            while not turns.waiting:
                await asyncio.sleep(0.01)
        assert await workshop.made(upload) == []
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    one_try = replace(means, figures=replace(QUICK, tries=1))
    await Job(upload, Shelf(workshop.storage, buckets, upload), one_try).run()
    assert "done.json" in await workshop.made(upload)


async def _ignore(_: Event) -> None:
    return


async def _burn(*_: object) -> None:
    raise ChildError(126, "the disk is on fire")


def _die_at(patched: pytest.MonkeyPatch, verb: str, call: int) -> None:
    """Of a shelf's verb."""
    do, calls = getattr(Shelf, verb), 0

    async def count(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise ConnectionError("killed")
        return await do(*arguments)

    patched.setattr(Shelf, verb, count)


async def _variants(workshop: Workshop, upload: VideoUploaded) -> list[str]:
    """Playlists that the video's master playlist names."""
    bucket = workshop.settings.bucket_processed
    keys = await workshop.storage.list_keys(bucket, f"{upload.video_id.hex}/")
    [master] = [key for key in keys if key.endswith("/master.m3u8")]
    text = (await workshop.storage.get(bucket, master)).decode()
    return [line for line in text.splitlines() if line and not line.startswith("#")]
