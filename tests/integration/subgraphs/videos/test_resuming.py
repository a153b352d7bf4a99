"""Uploads that break off, go on elsewhere, are checked on their way, given up, or found by the sweepers."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts import ids
from contracts.ids import decode_id, new_id
from kit.resources import Resources
from kit.storage import ObjectNotFoundError
from subgraphs.videos.jobs import drop_failed_uploads, sweep_multiparts, sweep_uploads
from subgraphs.videos.models import LIMITS, Upload
from subgraphs.videos.repository import uploads
from subgraphs.videos.uploads import object_key
from tests.support.subgraphs import Caller, outbox_types
from tests.support.uploading import (
    MIB,
    PARTS,
    UPLOAD,
    abort,
    complete,
    create,
    put,
    send,
    sign,
)

_LARGE = bytes(16 * MIB) + b"the rest"
_SMALL = b"hello video"
_OPEN = "{ videoUploads { id sizeBytes } }"
_DELETE = "mutation ($input: DeleteVideoInput!) { deleteVideo(input: $input) { deletedVideoId } }"
_CHECKED = timedelta(seconds=LIMITS.first_check_s + 1)
_DEAD = timedelta(seconds=LIMITS.upload_url_ttl_s + LIMITS.slowest_put_s + 60)
_OVERDUE = timedelta(seconds=LIMITS.upload_ttl_s + 60)


@pytest.fixture
def author() -> UUID:
    return new_id()


@pytest.fixture
def anna(graph: Caller, author: UUID) -> Caller:
    return graph.as_user(author)


async def test_a_part_is_refused_whose_bytes_are_not_those_announced(anna: Caller) -> None:
    upload = await create(anna, len(_LARGE))
    (part,) = await sign(anna, upload["id"], _LARGE, [2])
    assert part["headers"] != []
    assert await put(part, b"thE rest") == 400
    assert await put(part, b"another length") == 403
    assert (await _state(anna, upload))["receivedParts"] == []
    assert await put(part, b"the rest") == 200
    received = (await _state(anna, upload))["receivedParts"]
    assert received == [{"number": 2, "sizeBytes": 8, "etag": f'"{hashlib.md5(b"the rest").hexdigest()}"'}]


async def test_a_small_file_is_refused_that_has_another_sha256(anna: Caller) -> None:
    upload = await create(anna, len(_SMALL), sha256=hashlib.sha256(_SMALL).hexdigest())
    (part,) = (await anna.data(PARTS, id=upload["id"]))["videoUpload"]["parts"]
    assert await put(part, b"HELLO VIDEO") == 400
    assert await complete(anna, upload["id"]) == ["UPLOAD_INCOMPLETE"]
    assert await put(part, _SMALL) == 200
    assert await complete(anna, upload["id"]) == []


async def test_another_device_goes_on_where_the_first_was_killed(graph: Caller, author: UUID) -> None:
    phone, laptop, stranger = graph.as_user(author), graph.as_user(author), graph.as_user(new_id())
    upload = await create(phone, len(_LARGE))
    await send(phone, upload["id"], _LARGE, [2])

    assert (await stranger.data(_OPEN))["videoUploads"] == []
    assert (await stranger.data(UPLOAD, id=upload["id"]))["videoUpload"] is None
    (found,) = (await laptop.data(_OPEN))["videoUploads"]
    assert found == {"id": upload["id"], "sizeBytes": len(_LARGE)}
    assert await complete(laptop, found["id"]) == ["UPLOAD_INCOMPLETE"]
    state = (await laptop.data(PARTS, id=found["id"]))["videoUpload"]
    assert [part["number"] for part in state["parts"]] == [1]
    await send(laptop, found["id"], _LARGE, [1])
    assert await complete(laptop, found["id"]) == []
    assert (await laptop.data(_OPEN))["videoUploads"] == []
    assert await _stored(graph.resources, upload) == _LARGE


async def test_a_part_that_was_sent_again_counts_as_it_was_sent_last(anna: Caller) -> None:
    other = bytes(16 * MIB) + b"THE REST"
    upload = await create(anna, len(_LARGE))
    await send(anna, upload["id"], other, [1, 2])
    await asyncio.sleep(1)  # the store tells times of parts in seconds
    await send(anna, upload["id"], _LARGE, [2])
    assert await complete(anna, upload["id"]) == []
    assert await _stored(anna.resources, upload) == _LARGE


async def test_signing_is_a_page_at_a_time(anna: Caller) -> None:
    upload = await create(anna, LIMITS.upload_bytes)
    assert (upload["partCount"], len(upload["parts"])) == (32, LIMITS.parts_a_page)
    many = [{"number": number} for number in range(1, LIMITS.parts_a_page + 2)]
    assert await anna.error_code(PARTS, id=upload["id"], wanted=many) == "BAD_USER_INPUT"
    assert await anna.error_code(PARTS, id=upload["id"], wanted=[{"number": 33}]) == "BAD_USER_INPUT"
    assert await anna.error_code(PARTS, id=upload["id"], wanted=[{"number": 1, "md5": "x"}]) == (
        "BAD_USER_INPUT"
    )


async def test_asking_at_once_begins_one_multipart_upload(anna: Caller) -> None:
    given = {"sizeBytes": len(_LARGE), "contentType": "video/mp4", "title": "A walk"}
    answer = await anna.data(
        "mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id } } }", input=given
    )
    upload = answer["createUpload"]["upload"]
    assert await _begun(anna.resources, upload) == []
    await asyncio.gather(*(anna.data(PARTS, id=upload["id"]) for _ in range(5)))
    row = await _row(anna.resources, upload)
    assert await _begun(anna.resources, upload) == [row.s3_upload_id]


async def test_what_nobody_remembers_to_have_begun_is_swept(anna: Caller) -> None:
    resources, bucket = anna.resources, anna.resources.settings.bucket_raw
    upload = await create(anna, len(_LARGE))
    row = await _row(resources, upload)
    rolled_back = object_key(new_id(), new_id(), row.content_type)
    for key in (row.object_key, rolled_back, "nobody/knows"):
        await resources.storage.create_multipart(bucket, key, content_type="video/mp4")
    await sweep_multiparts(resources)
    assert len(await _begun(resources, upload)) == 2

    await sweep_multiparts(resources, now=datetime.now(UTC) + _OVERDUE)
    begun = await resources.storage.list_multiparts(bucket)
    assert [each.upload_id for each in begun if each.key == row.object_key] == [row.s3_upload_id]
    assert not {rolled_back, "nobody/knows"} & {each.key for each in begun}


async def test_an_aborted_upload_is_over_and_its_video_gone(graph: Caller, anna: Caller) -> None:
    upload = await create(anna, len(_LARGE))
    await send(anna, upload["id"], _LARGE, [1])
    assert await abort(graph.as_user(new_id()), upload["id"]) == ["UPLOAD_NOT_FOUND"]
    assert await asyncio.gather(*(abort(anna, upload["id"]) for _ in range(3))) == [[]] * 3
    assert await complete(anna, upload["id"]) == ["UPLOAD_ABORTED"]
    state = await _state(anna, upload)
    assert (state["status"], state["receivedParts"]) == ("ABORTED", [])
    assert await _begun(graph.resources, upload) == []
    assert await outbox_types(graph.resources, _video_key(upload)) == ["VideoDeleted"]


async def test_what_was_completed_is_neither_changed_nor_aborted(anna: Caller) -> None:
    upload = await create(anna, len(_SMALL))
    (part,) = await sign(anna, upload["id"], _SMALL, [1])
    assert await put(part, _SMALL) == 200
    assert await complete(anna, upload["id"]) == []
    assert await put(part, b"HELLO VIDEO") == 412
    assert await abort(anna, upload["id"]) == ["UPLOAD_COMPLETED"]
    assert await _stored(anna.resources, upload) == _SMALL


@pytest.mark.parametrize("body", [_SMALL, _LARGE], ids=["single", "multipart"])
async def test_of_completing_aborting_and_sweeping_at_once_one_wins(graph: Caller, body: bytes) -> None:
    resources = graph.resources
    for after_ms in (0, 5, 10, 20, 60):
        anna = graph.as_user(new_id())
        upload = await create(anna, len(body))
        await send(anna, upload["id"], body, range(1, upload["partCount"] + 1))
        completed, aborted, *_ = await asyncio.gather(
            complete(anna, upload["id"]),
            _abort_later(anna, upload["id"], after_ms),
            complete(anna, upload["id"]),
            sweep_uploads(resources, now=datetime.now(UTC) + _CHECKED),
        )
        facts = await outbox_types(resources, _video_key(upload))
        if aborted == []:
            assert completed == ["UPLOAD_ABORTED"]
            assert facts == ["VideoDeleted"]
            await drop_failed_uploads(resources, now=datetime.now(UTC) + _DEAD)
            assert await _stored(resources, upload) is None
        else:
            assert (completed, aborted) == ([], ["UPLOAD_COMPLETED"])
            assert facts == ["VideoUploaded"]
            assert await _stored(resources, upload) == body


@pytest.mark.parametrize("body", [_SMALL, _LARGE], ids=["single", "multipart"])
async def test_a_finished_upload_that_nobody_completes_is_found(graph: Caller, body: bytes) -> None:
    anna, resources = graph.as_user(new_id()), graph.resources
    upload, unfinished = await create(anna, len(body)), await create(anna, len(body))
    await send(anna, upload["id"], body, range(1, upload["partCount"] + 1))
    await sweep_uploads(resources)
    assert (await _state(anna, upload))["status"] == "OPEN"

    later = datetime.now(UTC) + _CHECKED
    await asyncio.gather(*(sweep_uploads(resources, now=later) for _ in range(3)))
    assert (await _state(anna, upload))["status"] == "COMPLETED"
    assert (await _state(anna, unfinished))["status"] == "OPEN"
    assert await outbox_types(resources, _video_key(upload)) == ["VideoUploaded"]
    assert await complete(anna, upload["id"]) == []
    assert await _stored(resources, upload) == body


async def test_a_file_that_is_whole_when_its_time_is_up_is_taken(anna: Caller) -> None:
    upload = await create(anna, len(_SMALL))
    await send(anna, upload["id"], _SMALL, [1])
    await sweep_uploads(anna.resources, now=datetime.now(UTC) + _OVERDUE)
    assert (await _state(anna, upload))["status"] == "COMPLETED"


async def test_uploads_are_looked_at_ever_more_seldom_but_when_their_time_is_up(anna: Caller) -> None:
    upload = await create(anna, len(_SMALL))
    resources, began = anna.resources, (await _row(anna.resources, upload)).created_at
    looks, now = [], began
    while now < began + _OVERDUE:
        claimed = await uploads.claim_due(resources.database, now, 10_000)
        if decode_id(ids.UPLOAD, upload["id"]) in {each.upload_id for each in claimed}:
            looks.append(now - began)
        now += timedelta(minutes=1)
    assert looks[0] <= timedelta(minutes=6)
    assert 5 <= len(looks) <= 12
    assert looks[-1] - timedelta(seconds=LIMITS.upload_ttl_s) < timedelta(minutes=2)


async def test_what_arrives_after_the_end_is_dropped_once_nothing_more_can(anna: Caller) -> None:
    upload = await create(anna, len(_SMALL))
    (part,) = await sign(anna, upload["id"], _SMALL, [1])
    assert await abort(anna, upload["id"]) == []
    assert await put(part, _SMALL) == 200
    await drop_failed_uploads(anna.resources)
    assert await _stored(anna.resources, upload) == _SMALL
    await drop_failed_uploads(anna.resources, now=datetime.now(UTC) + _DEAD)
    assert await _stored(anna.resources, upload) is None


async def test_deleting_a_video_gives_up_its_upload(anna: Caller) -> None:
    upload = await create(anna, len(_SMALL))
    await send(anna, upload["id"], _SMALL, [1])
    await anna.data(_DELETE, input={"videoId": upload["video"]["id"]})
    assert (await _state(anna, upload))["status"] == "ABORTED"
    assert await complete(anna, upload["id"]) == ["UPLOAD_ABORTED"]
    assert await outbox_types(anna.resources, _video_key(upload)) == ["VideoDeleted"]


async def _abort_later(caller: Caller, upload_id: str, after_ms: int) -> list[str]:
    await asyncio.sleep(after_ms / 1000)
    return await abort(caller, upload_id)


async def _state(caller: Caller, upload: dict[str, Any]) -> dict[str, Any]:
    return dict((await caller.data(UPLOAD, id=upload["id"]))["videoUpload"])


async def _row(resources: Resources, upload: dict[str, Any]) -> Upload:
    upload_id = decode_id(ids.UPLOAD, upload["id"])
    return (await uploads.find_uploads(resources.database, [upload_id]))[upload_id]


async def _begun(resources: Resources, upload: dict[str, Any]) -> list[str]:
    """Ids of the multipart uploads that the store has for the upload's file."""
    key = (await _row(resources, upload)).object_key
    begun = await resources.storage.list_multiparts(resources.settings.bucket_raw)
    return [each.upload_id for each in begun if each.key == key]


async def _stored(resources: Resources, upload: dict[str, Any]) -> bytes | None:
    key = (await _row(resources, upload)).object_key
    try:
        return await resources.storage.get(resources.settings.bucket_raw, key)
    except ObjectNotFoundError:
        return None


def _video_key(upload: dict[str, Any]) -> str:
    return str(decode_id(ids.VIDEO, upload["video"]["id"]))
