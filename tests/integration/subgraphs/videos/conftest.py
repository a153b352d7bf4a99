"""A videos subgraph on real servers, and videos in every state of their life."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from yarl import URL

from contracts.events import Envelope, Event, Rendition, VideoProcessed, Visibility
from contracts.ids import new_id
from kit.resources import Resources
from subgraphs.videos.app import create_subgraph
from subgraphs.videos.models import Metadata, Video
from subgraphs.videos.repository import videos
from subgraphs.videos.service import processing
from tests.support.subgraphs import Caller

MakeVideo = Callable[..., Awaitable[Video]]
Deliver = Callable[[Event], Awaitable[None]]
Put = Callable[[dict[str, Any], bytes], Awaitable[str]]


@pytest.fixture(scope="session")
async def resources(resources_for: Callable[[str], Awaitable[Resources]]) -> Resources:
    opened = await resources_for("videos")
    settings = opened.settings
    buckets = [settings.bucket_raw, settings.bucket_processed, settings.bucket_thumbnails]
    await opened.storage.ensure_buckets(buckets)
    return opened


@pytest.fixture(scope="session")
async def graph(resources: Resources) -> Caller:
    return Caller(create_subgraph(resources), resources)


@pytest.fixture(scope="session")
def deliver(graph: Caller) -> Deliver:
    """Gives a fact to the domain's consumers, as the bus would."""

    async def give(event: Event) -> None:
        envelope = Envelope(type=type(event).__name__, version=event.version, data={})
        handlers = [
            group.handlers[type(event)]
            for group in graph.subgraph.consumer_groups
            if type(event) in group.handlers
        ]
        assert handlers
        for handle in handlers:
            await handle(envelope, event)

    return give


@pytest.fixture
def put() -> Put:
    """Sends bytes to a part's URL; the ETag that the store answers."""

    async def send(part: dict[str, Any], body: bytes) -> str:
        headers = {header["name"]: header["value"] for header in part["headers"]}
        target = URL(part["url"], encoded=True)
        async with (
            aiohttp.ClientSession() as client,
            client.put(target, data=body, headers=headers) as answer,
        ):
            assert answer.status == 200, await answer.text()
            return answer.headers["ETag"]

    return send


def processed(video_id: UUID) -> VideoProcessed:
    """What the media service says of a finished video."""
    rendition = Rendition(
        name="360p", width=360, height=640, bitrate_bps=600_000, playlist_key=f"{video_id}/1/360p/index.m3u8"
    )
    return VideoProcessed(
        video_id=video_id,
        playlist_key=f"{video_id}/1/master.m3u8",
        thumbnail_keys=(f"{video_id}/1/1.jpg", f"{video_id}/1/2.jpg"),
        sprite_key=f"{video_id}/1/sprite.jpg",
        duration_ms=9_500,
        width=1080,
        height=1920,
        renditions=(rendition,),
    )


@pytest.fixture
def make_processing(resources: Resources) -> MakeVideo:
    """A video whose file has arrived."""

    async def make(author_id: UUID, **metadata: Any) -> Video:
        db, video_id = resources.database, new_id()
        wanted = replace(Metadata(title="A clip", visibility=Visibility.PUBLIC), **metadata)
        await videos.add_video(db, video_id, author_id, wanted)
        assert await videos.start_processing(db, video_id)
        return (await videos.find_videos(db, [video_id]))[video_id]

    return make


@pytest.fixture
def make_video(resources: Resources, make_processing: MakeVideo) -> MakeVideo:
    """An active video."""

    async def make(author_id: UUID, **metadata: Any) -> Video:
        video = await make_processing(author_id, **metadata)
        async with resources.database.transaction() as tx:
            published = await processing.publish_video(tx, processed(video.video_id))
        assert published is not None
        return published

    return make
