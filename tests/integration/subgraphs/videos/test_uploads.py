"""From createUpload to completeUpload, against a real object store."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import bindparam, func, select

from contracts import ids
from contracts.ids import decode_id, encode_id, new_id
from kit.db import Statement
from kit.resources import Resources
from subgraphs.videos import models
from subgraphs.videos.tables import uploads, videos
from tests.integration.subgraphs.videos.conftest import Put
from tests.support.subgraphs import Caller, outbox_types

_MIB = 1024 * 1024
_CREATE = """
mutation ($input: CreateUploadInput!) {
  createUpload(input: $input) {
    upload {
      id sizeBytes isCompleted expiresAt
      video { id status percent title hashtags }
      parts { number url sizeBytes headers { name value } isReceived }
    }
    userErrors { code field }
  }
}
"""
_COMPLETE = """
mutation ($input: CompleteUploadInput!) {
  completeUpload(input: $input) { video { id status stage percent } userErrors { code message } }
}
"""
_UPLOAD = """
query ($id: ID!) {
  videoUpload(id: $id) { isCompleted parts { number isReceived } receivedParts { number sizeBytes etag } }
}
"""
_VIDEOS_OF = Statement(select(func.count()).where(videos.c.author_id == bindparam("author")))
_UPLOADS_OF = Statement(select(func.count()).where(uploads.c.author_id == bindparam("author")))


def _file(**changes: Any) -> dict[str, Any]:
    return {"sizeBytes": 11, "contentType": "video/mp4", "title": "A walk"} | changes


async def _create(caller: Caller, **changes: Any) -> dict[str, Any]:
    answer = (await caller.data(_CREATE, input=_file(**changes)))["createUpload"]
    assert answer["userErrors"] == []
    return dict(answer["upload"])


async def _complete(caller: Caller, upload: dict[str, Any], **more: Any) -> dict[str, Any]:
    data = await caller.data(_COMPLETE, input={"uploadId": upload["id"]} | more)
    return dict(data["completeUpload"])


def _video_key(upload: dict[str, Any]) -> str:
    return str(decode_id(ids.VIDEO, upload["video"]["id"]))


async def test_a_small_file_is_one_put(graph: Caller, put: Put) -> None:
    anna = graph.as_user(new_id())
    upload = await _create(anna, hashtags=["#Walk", "walk", "forest"], title="  A   walk ")
    assert upload["video"] | {"id": ""} == {
        "id": "",
        "status": "UPLOADING",
        "percent": 0,
        "title": "A walk",
        "hashtags": ["walk", "forest"],
    }
    (part,) = upload["parts"]
    assert (part["number"], part["sizeBytes"]) == (1, 11)
    assert part["headers"] == [
        {"name": "Content-Type", "value": "video/mp4"},
        {"name": "If-None-Match", "value": "*"},
    ]

    await put(part, b"hello video")
    answer = await _complete(anna, upload)
    assert answer == {
        "video": {"id": upload["video"]["id"], "status": "PROCESSING", "stage": "QUEUED", "percent": 0},
        "userErrors": [],
    }
    assert await outbox_types(graph.resources, _video_key(upload)) == ["VideoUploaded"]


async def test_a_large_file_is_parts_that_may_come_in_any_order_and_after_a_pause(
    graph: Caller, put: Put
) -> None:
    anna = graph.as_user(new_id())
    size = 16 * _MIB + 7
    upload = await _create(anna, sizeBytes=size)
    first, last = upload["parts"]
    assert (first["sizeBytes"], last["sizeBytes"], last["headers"]) == (16 * _MIB, 7, [])

    tail = await put(last, b"x" * 7)
    resumed = (await anna.data(_UPLOAD, id=upload["id"]))["videoUpload"]
    assert resumed["parts"] == [{"number": 1, "isReceived": False}]
    assert resumed["receivedParts"] == [{"number": 2, "sizeBytes": 7, "etag": tail}]
    head = await put(first, b"x" * 16 * _MIB)
    parts = [{"number": 2, "etag": tail}, {"number": 1, "etag": head}]
    answer = await _complete(anna, upload, parts=parts)
    assert answer["userErrors"] == []
    assert answer["video"]["status"] == "PROCESSING"
    assert (await anna.data(_UPLOAD, id=upload["id"]))["videoUpload"] == {
        "isCompleted": True,
        "parts": [],
        "receivedParts": [],
    }


async def test_completing_again_and_at_once_hands_the_file_on_once(graph: Caller, put: Put) -> None:
    anna = graph.as_user(new_id())
    upload = await _create(anna, sizeBytes=16 * _MIB + 1)
    bodies = [b"x" * 16 * _MIB, b"y"]
    etags = [await put(part, body) for part, body in zip(upload["parts"], bodies, strict=True)]
    parts = [{"number": number, "etag": etag} for number, etag in enumerate(etags, start=1)]

    answers = await asyncio.gather(*(_complete(anna, upload, parts=parts) for _ in range(4)))
    answers.append(await _complete(anna, upload, parts=parts))
    assert [answer["userErrors"] for answer in answers] == [[]] * 5
    assert [answer["video"]["status"] for answer in answers] == ["PROCESSING"] * 5
    assert await outbox_types(graph.resources, _video_key(upload)) == ["VideoUploaded"]


async def test_a_file_that_did_not_arrive_is_not_handed_on(graph: Caller, put: Put) -> None:
    anna = graph.as_user(new_id())
    small, large = await _create(anna), await _create(anna, sizeBytes=40 * _MIB)
    etag = await put(large["parts"][2], b"x" * 8 * _MIB)
    answers = [
        await _complete(anna, small),
        await _complete(anna, large, parts=[{"number": 3, "etag": etag}]),
        await _complete(anna, large, parts=[{"number": n, "etag": etag} for n in (1, 2, 3)]),
    ]
    assert [answer["userErrors"][0]["code"] for answer in answers] == ["UPLOAD_INCOMPLETE"] * 3
    assert answers[1]["userErrors"][0]["message"] == "Parts are missing: 1, 2."
    assert await outbox_types(graph.resources, _video_key(small)) == []
    assert await outbox_types(graph.resources, _video_key(large)) == []


async def test_anothers_upload_is_no_upload(graph: Caller) -> None:
    anna, bob = graph.as_user(new_id()), graph.as_user(new_id())
    upload = await _create(anna)
    for wanted in (upload["id"], encode_id(ids.UPLOAD, new_id())):
        answer = await _complete(bob, {"id": wanted})
        assert [error["code"] for error in answer["userErrors"]] == ["UPLOAD_NOT_FOUND"]
        assert (await bob.data(_UPLOAD, id=wanted))["videoUpload"] is None


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"sizeBytes": 0}, "FILE_EMPTY", ["sizeBytes"]),
        ({"sizeBytes": 500 * _MIB + 1}, "FILE_TOO_LARGE", ["sizeBytes"]),
        ({"contentType": "image/gif"}, "UNSUPPORTED_CONTENT_TYPE", ["contentType"]),
        ({"durationMs": 600_001}, "VIDEO_TOO_LONG", ["durationMs"]),
        ({"durationMs": 0}, "INVALID_DURATION", ["durationMs"]),
        ({"sha256": "abc"}, "INVALID_CHECKSUM", ["sha256"]),
        ({"title": "  "}, "INVALID_TITLE", ["title"]),
        ({"description": "x" * 2201}, "INVALID_DESCRIPTION", ["description"]),
        ({"category": "two words"}, "INVALID_CATEGORY", ["category"]),
        ({"location": "x" * 101}, "INVALID_LOCATION", ["location"]),
        ({"hashtags": ["two words"]}, "INVALID_HASHTAGS", ["hashtags"]),
    ],
)
async def test_what_we_do_not_take_leaves_nothing_behind(
    graph: Caller, changes: dict[str, Any], code: str, field: list[str]
) -> None:
    author = new_id()
    answer = await graph.as_user(author).data(_CREATE, input=_file(**changes))
    assert answer["createUpload"] == {"upload": None, "userErrors": [{"code": code, "field": field}]}
    assert await _counts(graph.resources, author) == (0, 0)


async def test_the_quota_holds_for_uploads_at_once(graph: Caller) -> None:
    author = new_id()
    anna = graph.as_user(author)
    limit = models.LIMITS.uploads_per_day
    answers = await asyncio.gather(*(anna.data(_CREATE, input=_file()) for _ in range(limit + 2)))
    codes = [error["code"] for answer in answers for error in answer["createUpload"]["userErrors"]]
    assert codes == ["UPLOAD_QUOTA_EXCEEDED"] * 2
    assert await _counts(graph.resources, author) == (limit, limit)


async def test_an_idempotency_key_gives_the_same_upload(graph: Caller) -> None:
    author = new_id()
    anna = graph.as_user(author)
    uploads_given = [await _create(anna, idempotencyKey="k1", visibility="FRIENDS") for _ in range(2)]
    assert len({upload["id"] for upload in uploads_given}) == 1
    assert await _counts(graph.resources, author) == (1, 1)
    assert await anna.error_code(_CREATE, input=_file(idempotencyKey="k1")) == "BAD_USER_INPUT"


async def test_nobody_uploads_without_signing_in(graph: Caller) -> None:
    assert await graph.error_code(_CREATE, input=_file()) == "UNAUTHENTICATED"


async def _counts(resources: Resources, author: UUID) -> tuple[int, int]:
    db = resources.database
    return await db.fetch_value(_VIDEOS_OF, author=author), await db.fetch_value(_UPLOADS_OF, author=author)
