"""Facts of the media service: forwards only, once, in whatever order; and what the author hears of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from contracts import ids
from contracts.channels import video_status_channel
from contracts.events import (
    NotificationTriggered,
    ProcessingStage,
    VideoProcessingFailed,
    VideoProcessingProgressed,
)
from contracts.ids import encode_id, new_id
from kit.eventually import eventually
from tests.integration.subgraphs.videos.conftest import Deliver, MakeVideo, processed
from tests.support.subgraphs import Caller, outbox_types

_VIDEO = """
query ($id: ID!) {
  video(id: $id) {
    status stage percent failure { reason message } playlistUrl thumbnailUrls spriteUrl durationMs width height
    renditions { name bitrateBps }
  }
}
"""
_STATUS = """
subscription ($id: ID!) {
  videoStatusChanged(videoId: $id) { video { id } status stage percent failureReason failureMessage }
}
"""


def _public(video_id: UUID) -> str:
    return encode_id(ids.VIDEO, video_id)


async def _video(caller: Caller, video_id: UUID) -> Any:
    return (await caller.data(_VIDEO, id=_public(video_id)))["video"]


@asynccontextmanager
async def _listening(caller: Caller, channel: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """Hints on the channel; the server has confirmed the subscription when the block begins."""
    cache = caller.resources.cache.client
    listener = caller.resources.pubsub.listener()
    await listener.add(channel)
    messages = listener.messages()
    first = asyncio.ensure_future(anext(messages))

    async def hints() -> AsyncIterator[dict[str, Any]]:
        yield (await asyncio.wait_for(first, 10))[1]

    async def is_heard() -> bool:
        return bool((await cache.pubsub_numsub(channel))[0][1])

    try:
        assert await eventually(is_heard, within_s=10)
        yield hints()
    finally:
        first.cancel()
        await listener.close()


async def test_progress_never_goes_back(graph: Caller, make_processing: MakeVideo, deliver: Deliver) -> None:
    anna = new_id()
    video_id = (await make_processing(anna)).video_id
    steps = [
        (ProcessingStage.PROBING, 0, ("PROBING", 0)),
        (ProcessingStage.QUEUED, 0, ("PROBING", 0)),
        (ProcessingStage.TRANSCODING, 40, ("TRANSCODING", 40)),
        (ProcessingStage.TRANSCODING, 40, ("TRANSCODING", 40)),
        (ProcessingStage.TRANSCODING, 20, ("TRANSCODING", 40)),
        (ProcessingStage.PUBLISHING, 95, ("PUBLISHING", 95)),
    ]
    for stage, percent, expected in steps:
        await deliver(VideoProcessingProgressed(video_id=video_id, stage=stage, percent=percent))
        seen = await _video(graph.as_user(anna), video_id)
        assert (seen["stage"], seen["percent"]) == expected


async def test_the_rest_is_estimated_and_runs_down(
    graph: Caller, make_processing: MakeVideo, deliver: Deliver
) -> None:
    anna = new_id()
    video_id = (await make_processing(anna)).video_id
    asked = "query ($id: ID!) { video(id: $id) { remainingSeconds } }"
    seen: list[int | None] = []
    for percent, remaining_s in ((0, None), (20, 40), (50, 0)):
        await deliver(
            VideoProcessingProgressed(
                video_id=video_id,
                stage=ProcessingStage.TRANSCODING,
                percent=percent,
                remaining_s=remaining_s,
            )
        )
        answer = await graph.as_user(anna).data(asked, id=_public(video_id))
        seen.append(answer["video"]["remainingSeconds"])
    assert seen[0] is None
    assert seen[1] in range(1, 41)
    assert seen[2] == 0
    await deliver(processed(video_id))
    assert (await graph.data(asked, id=_public(video_id)))["video"]["remainingSeconds"] is None


async def test_a_processed_video_is_published_once(
    graph: Caller, make_processing: MakeVideo, deliver: Deliver
) -> None:
    video_id = (await make_processing(new_id())).video_id
    late = VideoProcessingProgressed(video_id=video_id, stage=ProcessingStage.PROBING, percent=5)
    failed = VideoProcessingFailed(video_id=video_id, reason="LATE", message="Too late.")
    for event in (processed(video_id), processed(video_id), late, failed):
        await deliver(event)

    origin = graph.resources.settings.origin_url
    assert await _video(graph, video_id) == {
        "status": "ACTIVE",
        "stage": None,
        "percent": 100,
        "failure": None,
        "playlistUrl": f"{origin}/videos/{video_id}/1/master.m3u8",
        "thumbnailUrls": [f"{origin}/thumbnails/{video_id}/1/{number}.jpg" for number in (1, 2)],
        "spriteUrl": f"{origin}/thumbnails/{video_id}/1/sprite.jpg",
        "durationMs": 9_500,
        "width": 1080,
        "height": 1920,
        "renditions": [{"name": "360p", "bitrateBps": 600_000}],
    }
    assert await outbox_types(graph.resources, str(video_id)) == ["VideoPublished"]


async def test_a_failed_video_tells_its_author_once_and_stays_failed(
    graph: Caller, make_processing: MakeVideo, deliver: Deliver
) -> None:
    anna = new_id()
    video_id = (await make_processing(anna)).video_id
    failed = VideoProcessingFailed(video_id=video_id, reason="NO_VIDEO_STREAM", message="Send a video.")
    for event in (failed, failed, processed(video_id)):
        await deliver(event)

    seen = await _video(graph.as_user(anna), video_id)
    assert (seen["status"], seen["stage"], seen["playlistUrl"]) == ("FAILED", None, None)
    assert seen["failure"] == {"reason": "NO_VIDEO_STREAM", "message": "Send a video."}
    assert await _video(graph, video_id) is None
    assert await outbox_types(graph.resources, str(anna)) == [NotificationTriggered.__name__]
    assert await outbox_types(graph.resources, str(video_id)) == []


async def test_only_the_author_may_follow_the_status(graph: Caller, make_video: MakeVideo) -> None:
    anna, bob = new_id(), new_id()
    video_id = (await make_video(anna)).video_id
    subscribed = await graph.as_user(anna).subscribe(_STATUS, id=_public(video_id))
    assert subscribed == {
        "data": None,
        "extensions": {"subscription": {"channels": [video_status_channel(video_id)], "shared": False}},
    }
    refused = await graph.as_user(bob).subscribe(_STATUS, id=_public(video_id))
    assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    anonymous = await graph.subscribe(_STATUS, id=_public(video_id))
    assert anonymous["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_hint_is_the_row_read_again(
    graph: Caller, make_processing: MakeVideo, deliver: Deliver
) -> None:
    anna = new_id()
    video_id = (await make_processing(anna)).video_id
    channel = video_status_channel(video_id)
    async with _listening(graph, channel) as hints:
        await deliver(
            VideoProcessingProgressed(video_id=video_id, stage=ProcessingStage.THUMBNAILS, percent=80)
        )
        hint = await anext(hints)
    answer = await graph.as_user(anna).map_event(_STATUS, channel, hint, id=_public(video_id))
    assert answer["data"]["videoStatusChanged"] == {
        "video": {"id": _public(video_id)},
        "status": "PROCESSING",
        "stage": "THUMBNAILS",
        "percent": 80,
        "failureReason": None,
        "failureMessage": None,
    }
