"""A file that its owner has a video of already is not sent again; a video that failed by our fault is tried again."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from contracts import ids
from contracts.events import (
    NotificationTriggered,
    VideoProcessed,
    VideoProcessingFailed,
    VideoUploaded,
    decode_event,
)
from contracts.ids import decode_id, new_id
from kit.db import Statement, outbox_table
from kit.resources import Resources
from subgraphs.videos.jobs import fail_stalled_videos, purge_deleted
from subgraphs.videos.models import LIMITS, Upload
from subgraphs.videos.repository import uploads
from subgraphs.videos.service.uploads import PROCESSING_TAKES_AT_MOST
from tests.integration.subgraphs.videos.conftest import Deliver, processed
from tests.support.subgraphs import Caller, outbox_types
from tests.support.uploading import complete, create, send

_BODY = b"hello video"
_SHA256 = hashlib.sha256(_BODY).hexdigest()
_RETRY = """
mutation ($input: RetryVideoInput!) {
  retryVideo(input: $input) { video { status stage percent failure { reason } } userErrors { code } }
}
"""
_DELETE = "mutation ($input: DeleteVideoInput!) { deleteVideo(input: $input) { deletedVideoId } }"
_FAILURE = "query ($id: ID!) { video(id: $id) { status failure { reason message isRetryable } } }"
_PAYLOADS = Statement(
    select(outbox_table("videos").c.payload)
    .where(outbox_table("videos").c.key == bindparam("of_key"))
    .order_by(outbox_table("videos").c.id)
)


@pytest.fixture
def anna(graph: Caller) -> Caller:
    return graph.as_user(new_id())


async def test_a_file_that_was_processed_for_its_owner_is_not_sent_again(
    anna: Caller, deliver: Deliver
) -> None:
    first = await _active(anna, deliver, made_of=_SHA256)
    again = await create(anna, len(_BODY), sha256=_SHA256.upper())
    assert (again["status"], again["isKnownFile"], again["parts"]) == ("COMPLETED", True, [])
    assert (again["video"]["status"], again["video"]["stage"]) == ("PROCESSING", "QUEUED")
    assert again["video"]["id"] != first["video"]["id"]

    (fact,) = await _uploaded(anna.resources, again)
    assert fact.object_key == (await _row(anna.resources, first)).object_key
    assert fact.twin_playlist_key == processed(_video_id(first)).playlist_key
    assert fact.sha256 == _SHA256
    assert await complete(anna, again["id"]) == []
    assert len(await _uploaded(anna.resources, again)) == 1

    await deliver(_made(_video_id(again), _SHA256))
    third = await create(anna, len(_BODY), sha256=_SHA256)
    (fact,) = await _uploaded(anna.resources, third)
    assert fact.object_key == (await _row(anna.resources, first)).object_key
    assert fact.twin_playlist_key == processed(_video_id(again)).playlist_key


async def test_a_file_is_known_by_what_it_was_not_by_what_was_said_of_it(
    graph: Caller, anna: Caller, deliver: Deliver
) -> None:
    truth = hashlib.sha256(b"something else").hexdigest()
    await _active(anna, deliver, said=_SHA256, made_of=truth)
    assert (await create(anna, len(_BODY), sha256=_SHA256))["status"] == "OPEN"
    assert (await create(anna, len(_BODY), sha256=truth))["status"] == "COMPLETED"
    assert (await create(anna, len(_BODY) + 1, sha256=truth))["status"] == "OPEN"
    assert (await create(graph.as_user(new_id()), len(_BODY), sha256=truth))["status"] == "OPEN"


async def test_what_is_not_active_any_more_is_no_twin_and_takes_nothing_with_it(
    anna: Caller, deliver: Deliver
) -> None:
    resources = anna.resources
    first = await _active(anna, deliver, made_of=_SHA256)
    second = await create(anna, len(_BODY), sha256=_SHA256)
    await deliver(_made(_video_id(second), _SHA256))
    settings, storage = resources.settings, resources.storage
    for upload in (first, second):
        key = processed(_video_id(upload)).playlist_key
        await storage.put(settings.bucket_processed, key, b"#EXTM3U", content_type="text/plain")

    await anna.data(_DELETE, input={"videoId": first["video"]["id"]})
    await purge_deleted(resources, now=datetime.now(UTC) + timedelta(seconds=LIMITS.purge_after_s + 60))
    left = [
        await storage.list_keys(settings.bucket_processed, f"{_video_id(upload)}/")
        for upload in (first, second)
    ]
    assert left == [[], [processed(_video_id(second)).playlist_key]]

    await anna.data(_DELETE, input={"videoId": second["video"]["id"]})
    assert (await create(anna, len(_BODY), sha256=_SHA256))["status"] == "OPEN"


async def test_a_file_stays_while_a_video_that_was_made_of_it_does(anna: Caller, deliver: Deliver) -> None:
    resources, bucket = anna.resources, anna.resources.settings.bucket_raw
    first = await _active(anna, deliver, made_of=_SHA256)
    second = await create(anna, len(_BODY), sha256=_SHA256)
    await deliver(_made(_video_id(second), _SHA256))
    key = (await _row(resources, first)).object_key
    for upload, left in ((first, [key]), (second, [])):
        await anna.data(_DELETE, input={"videoId": upload["video"]["id"]})
        await purge_deleted(resources, now=datetime.now(UTC) + timedelta(seconds=LIMITS.purge_after_s + 60))
        assert await resources.storage.list_keys(bucket, key) == left


async def test_known_files_count_as_uploads(anna: Caller, deliver: Deliver) -> None:
    await _active(anna, deliver, made_of=_SHA256)
    for _ in range(LIMITS.uploads_per_day - 1):
        await create(anna, len(_BODY), sha256=_SHA256)
    answer = await anna.data(
        "mutation ($input: CreateUploadInput!) { createUpload(input: $input) { userErrors { code } } }",
        input={"sizeBytes": 11, "contentType": "video/mp4", "title": "One more", "sha256": _SHA256},
    )
    assert answer["createUpload"]["userErrors"] == [{"code": "UPLOAD_QUOTA_EXCEEDED"}]


async def test_a_video_that_failed_by_our_fault_is_tried_again_and_not_for_ever(
    anna: Caller, deliver: Deliver
) -> None:
    upload = await _sent(anna)
    for attempt in range(1, LIMITS.attempts + 1):
        ours = VideoProcessingFailed(
            video_id=_video_id(upload),
            reason="WORKER_LOST",
            message="Try again.",
            is_retryable=True,
            attempt=attempt,
        )
        await deliver(ours)
        await deliver(ours)
        seen = (await anna.data(_FAILURE, id=upload["video"]["id"]))["video"]
        assert seen == {
            "status": "FAILED",
            "failure": {"reason": "WORKER_LOST", "message": "Try again.", "isRetryable": True},
        }
        if attempt < LIMITS.attempts:
            for _ in range(2):
                assert await _retry(anna, upload) == (("PROCESSING", "QUEUED", 0, None), [])
            await deliver(ours)  # late news of the earlier attempt
    assert await _retry(anna, upload) == (None, ["NO_ATTEMPTS_LEFT"])
    facts = await _uploaded(anna.resources, upload)
    assert [fact.attempt for fact in facts] == [1, 2, 3]
    assert len({(fact.object_key, fact.sha256) for fact in facts}) == 1
    author = str(anna.viewer.user_id) if anna.viewer else ""
    assert await outbox_types(anna.resources, author) == [NotificationTriggered.__name__] * 3


async def test_a_video_of_which_nothing_is_heard_fails_by_our_fault_and_late_news_do_no_harm(
    anna: Caller, deliver: Deliver
) -> None:
    upload, resources = await _sent(anna), anna.resources
    late = datetime.now(UTC) + PROCESSING_TAKES_AT_MOST + timedelta(minutes=1)
    await fail_stalled_videos(resources)
    assert (await anna.data(_FAILURE, id=upload["video"]["id"]))["video"]["status"] == "PROCESSING"
    await asyncio.gather(*(fail_stalled_videos(resources, now=late) for _ in range(2)))
    seen = (await anna.data(_FAILURE, id=upload["video"]["id"]))["video"]
    assert (seen["status"], seen["failure"]["reason"]) == ("FAILED", "PROCESSING_STALLED")
    assert await _retry(anna, upload) == (("PROCESSING", "QUEUED", 0, None), [])
    await deliver(_made(_video_id(upload), _SHA256))
    await fail_stalled_videos(resources, now=late + PROCESSING_TAKES_AT_MOST)
    assert (await anna.data(_FAILURE, id=upload["video"]["id"]))["video"]["status"] == "ACTIVE"


async def test_only_ones_own_failures_that_were_ours_are_tried_again(
    graph: Caller, anna: Caller, deliver: Deliver
) -> None:
    upload = await _sent(anna)
    assert await _retry(anna, upload) == (None, ["NOT_RETRYABLE"])
    failed = VideoProcessingFailed(
        video_id=_video_id(upload), reason="NO_VIDEO_STREAM", message="Send another."
    )
    await deliver(failed)
    assert await _retry(anna, upload) == (None, ["NOT_RETRYABLE"])
    assert await _retry(graph.as_user(new_id()), upload) == (None, ["VIDEO_NOT_FOUND"])
    assert len(await _uploaded(graph.resources, upload)) == 1


async def _sent(caller: Caller, sha256: str | None = None) -> dict[str, Any]:
    upload = await create(caller, len(_BODY), sha256=sha256)
    await send(caller, upload["id"], _BODY, [1])
    assert await complete(caller, upload["id"]) == []
    return upload


async def _active(
    caller: Caller, deliver: Deliver, *, made_of: str, said: str | None = None
) -> dict[str, Any]:
    """An upload whose video is active, made of a file with this SHA-256."""
    upload = await _sent(caller, said)
    await deliver(_made(_video_id(upload), made_of))
    return upload


def _made(video_id: UUID, sha256: str) -> VideoProcessed:
    return processed(video_id).model_copy(update={"source_sha256": sha256})


async def _retry(caller: Caller, upload: dict[str, Any]) -> tuple[Any, list[str]]:
    answer = (await caller.data(_RETRY, input={"videoId": upload["video"]["id"]}))["retryVideo"]
    video = answer["video"] and tuple(answer["video"].values())
    return video, [error["code"] for error in answer["userErrors"]]


async def _uploaded(resources: Resources, upload: dict[str, Any]) -> list[VideoUploaded]:
    rows = await resources.database.fetch(_PAYLOADS, of_key=str(_video_id(upload)))
    events = [decode_event(bytes(row["payload"]))[1] for row in rows]
    return [event for event in events if isinstance(event, VideoUploaded)]


async def _row(resources: Resources, upload: dict[str, Any]) -> Upload:
    upload_id = decode_id(ids.UPLOAD, upload["id"])
    return (await uploads.find_uploads(resources.database, [upload_id]))[upload_id]


def _video_id(upload: dict[str, Any]) -> UUID:
    return decode_id(ids.VIDEO, upload["video"]["id"])


async def test_a_watermark_is_the_handle_of_now_and_no_twin_has_another(
    graph: Caller, deliver: Deliver
) -> None:
    mira = graph.as_user(new_id(), handle="mira")
    first = await _active(mira, deliver, made_of=_SHA256)
    marked = await create(mira, len(_BODY), sha256=_SHA256, watermark=True)
    (fact,) = await _uploaded(mira.resources, marked)
    assert fact.object_key == (await _row(mira.resources, first)).object_key
    assert (fact.watermark, fact.twin_playlist_key) == ("@mira", None)

    await deliver(_made(_video_id(marked), _SHA256))
    again = await create(mira, len(_BODY), sha256=_SHA256, watermark=True)
    (fact,) = await _uploaded(mira.resources, again)
    assert fact.watermark == "@mira"
    assert fact.twin_playlist_key == processed(_video_id(marked)).playlist_key
