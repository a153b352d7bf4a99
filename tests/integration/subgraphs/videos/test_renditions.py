"""What becomes of a video after people can watch it: its other qualities, and more care for what many watch."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from contracts import ids
from contracts.events import (
    Event,
    Rendition,
    VideoDeleted,
    VideoRenditionsCompleted,
    VideoViewed,
    VideoWatchedWidely,
    decode_event,
)
from contracts.ids import encode_id, new_id
from kit.db import Statement, outbox_table
from kit.resources import Resources
from subgraphs.videos.jobs import purge_superseded
from subgraphs.videos.models import Video
from subgraphs.videos.repository import uploads
from subgraphs.videos.service import editing
from tests.integration.subgraphs.videos.conftest import Deliver, MakeVideo
from tests.support.subgraphs import Caller
from tests.support.uploading import add_upload

_RENDITIONS = "query ($id: ID!) { video(id: $id) { renditions { name height bitrateBps isReady vmaf } } }"
_PAYLOADS = Statement(
    select(outbox_table("videos").c.payload).where(outbox_table("videos").c.key == bindparam("of_key"))
)


def _rendition(
    name: str, *, vmaf: float | None = 93.5, is_ready: bool = True, is_copy: bool = False
) -> Rendition:
    height = int(name.removesuffix("p"))
    return Rendition(
        name=name,
        width=height * 9 // 16,
        height=height,
        bitrate_bps=height * 1000,
        playlist_key="",
        vmaf=vmaf,
        is_ready=is_ready,
        is_copy=is_copy,
    )


def _completed(video: Video, *renditions: Rendition, suffix: str = "") -> VideoRenditionsCompleted:
    """``suffix`` is that of the folders' names."""
    folder = f"{video.video_id}/1"
    placed = tuple(
        each.model_copy(update={"playlist_key": f"{folder}/{each.name}{suffix}/index.m3u8"})
        for each in renditions
    )
    return VideoRenditionsCompleted(video_id=video.video_id, renditions=placed)


def _viewed(video: Video, view_count: int) -> VideoViewed:
    counts = dict.fromkeys(("like_count", "comment_count", "share_count", "save_count"), 0)
    return VideoViewed(
        video_id=video.video_id,
        author_id=video.author_id,
        actor_id=new_id(),
        view_count=view_count,
        revision=view_count,
        watched_ms=1000,
        is_completed=False,
        **counts,
    )


async def _told(resources: Resources, video_id: UUID) -> list[VideoWatchedWidely]:
    rows = await resources.database.fetch(_PAYLOADS, of_key=str(video_id))
    events: list[Event] = [decode_event(bytes(row["payload"]))[1] for row in rows]
    return [event for event in events if isinstance(event, VideoWatchedWidely)]


@pytest.fixture
def widely(resources: Resources) -> int:
    return resources.settings.watched_widely_views


async def test_all_qualities_are_offered_once_they_are_made(
    graph: Caller, make_video: MakeVideo, deliver: Deliver
) -> None:
    video = await make_video(new_id())
    public_id = encode_id(ids.VIDEO, video.video_id)
    before = (await graph.data(_RENDITIONS, id=public_id))["video"]["renditions"]
    assert [(each["name"], each["isReady"], each["vmaf"]) for each in before] == [("360p", True, None)]
    fact = _completed(video, _rendition("360p"), _rendition("720p", vmaf=95.0))
    for _ in range(2):
        await deliver(fact)
        after = (await graph.data(_RENDITIONS, id=public_id))["video"]["renditions"]
        assert after == [
            {"name": "360p", "height": 360, "bitrateBps": 360_000, "isReady": True, "vmaf": 93.5},
            {"name": "720p", "height": 720, "bitrateBps": 720_000, "isReady": True, "vmaf": 95.0},
        ]


async def test_what_others_took_the_place_of_goes_a_day_later(
    resources: Resources, make_video: MakeVideo, deliver: Deliver
) -> None:
    video = await make_video(new_id())
    folder = f"{video.video_id}/1"
    storage, bucket = resources.storage, resources.settings.bucket_processed
    keys = [f"{folder}/{name}" for name in ("360p-again/seg_00000.m4s", "360p/seg_00000.m4s", "master.m3u8")]
    for key in keys:
        await storage.put(bucket, key, b"x", content_type="text/plain")
    for suffix in ("", "-again", "-again"):
        await deliver(_completed(video, _rendition("360p"), suffix=suffix))
    await purge_superseded(resources)
    assert sorted(await storage.list_keys(bucket, folder)) == keys

    for _ in range(2):
        await purge_superseded(resources, now=datetime.now(UTC) + timedelta(days=1, minutes=1))
    assert sorted(await storage.list_keys(bucket, folder)) == [keys[0], keys[2]]


async def test_what_is_named_again_does_not_go(
    resources: Resources, make_video: MakeVideo, deliver: Deliver
) -> None:
    video = await make_video(new_id())
    key = f"{video.video_id}/1/360p/index.m3u8"
    storage, bucket = resources.storage, resources.settings.bucket_processed
    await storage.put(bucket, key, b"x", content_type="text/plain")
    for suffix in ("", "-again", ""):
        await deliver(_completed(video, _rendition("360p"), suffix=suffix))
    await purge_superseded(resources, now=datetime.now(UTC) + timedelta(days=1, minutes=1))
    assert await storage.list_keys(bucket, f"{video.video_id}/") == [key]


async def test_a_deleted_video_stays_as_it_was(
    resources: Resources, graph: Caller, make_video: MakeVideo, deliver: Deliver
) -> None:
    video = await make_video(new_id())
    async with resources.database.transaction() as tx:
        gone = await editing.delete_video(tx, video.author_id, video.video_id)
    await deliver(VideoDeleted(video_id=video.video_id, author_id=video.author_id, revision=gone.revision))
    await deliver(_completed(video, _rendition("720p")))
    assert (await graph.data(_RENDITIONS, id=encode_id(ids.VIDEO, video.video_id)))["video"] is None


async def test_what_many_watch_is_told_once(
    resources: Resources, make_video: MakeVideo, deliver: Deliver, widely: int
) -> None:
    video = await make_video(new_id())
    upload = await add_upload(resources, video)
    await deliver(_completed(video, _rendition("360p"), _rendition("720p", is_copy=True)))
    await deliver(_viewed(video, widely - 1))
    assert await _told(resources, video.video_id) == []

    await asyncio.gather(*(deliver(_viewed(video, widely + number)) for number in range(5)))
    await deliver(_viewed(video, widely + 100))
    (fact,) = await _told(resources, video.video_id)
    assert video.media is not None
    assert (fact.object_key, fact.size_bytes) == (upload.object_key, upload.size_bytes)
    assert (fact.bucket, fact.playlist_key) == (resources.settings.bucket_raw, video.media.playlist_key)


async def test_of_a_known_file_the_one_that_was_sent_is_named(
    resources: Resources, make_video: MakeVideo, deliver: Deliver, widely: int
) -> None:
    first, again = await make_video(new_id()), await make_video(new_id())
    sent = await add_upload(resources, first)
    await add_upload(resources, again, twin_id=sent.upload_id)
    await deliver(_completed(again, _rendition("360p")))
    await deliver(_viewed(again, widely))
    (fact,) = await _told(resources, again.video_id)
    assert again.media is not None
    assert (fact.object_key, fact.playlist_key) == (sent.object_key, again.media.playlist_key)
    (own,) = await uploads.uploads_of_videos(resources.database, [again.video_id])
    assert own.object_key != sent.object_key


@pytest.mark.parametrize(
    "renditions",
    [
        pytest.param((_rendition("360p"), _rendition("720p", is_ready=False)), id="still being made"),
        pytest.param((_rendition("720p", is_copy=True),), id="nothing was coded"),
    ],
)
async def test_what_more_care_does_nothing_for_is_not_told(
    resources: Resources,
    make_video: MakeVideo,
    deliver: Deliver,
    widely: int,
    renditions: tuple[Rendition, ...],
) -> None:
    video = await make_video(new_id())
    await add_upload(resources, video)
    await deliver(_completed(video, *renditions))
    await deliver(_viewed(video, widely))
    assert await _told(resources, video.video_id) == []
    await deliver(_completed(video, _rendition("360p")))
    await deliver(_viewed(video, widely + 1))
    assert len(await _told(resources, video.video_id)) == 1
