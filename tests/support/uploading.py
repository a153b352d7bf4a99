"""What tests of uploads send and ask."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiohttp
from yarl import URL

from contracts.ids import new_id
from kit.resources import Resources
from subgraphs.videos.models import Upload, Video
from subgraphs.videos.repository import uploads
from tests.support.subgraphs import Caller

MIB = 1024 * 1024
CREATE = """
mutation ($input: CreateUploadInput!) {
  createUpload(input: $input) {
    upload { id status isKnownFile sizeBytes partCount video { id status stage } parts { number } }
    userErrors { code field }
  }
}
"""
COMPLETE = """
mutation ($input: CompleteUploadInput!) {
  completeUpload(input: $input) { video { id status stage } userErrors { code message } }
}
"""
ABORT = """
mutation ($input: AbortUploadInput!) {
  abortUpload(input: $input) { upload { id status video { id } } userErrors { code } }
}
"""
UPLOAD = """
query ($id: ID!) {
  videoUpload(id: $id) { status partCount partSizeBytes receivedParts { number sizeBytes etag } }
}
"""
PARTS = """
query ($id: ID!, $wanted: [WantedPartInput!]) {
  videoUpload(id: $id) { parts(wanted: $wanted) { number url sizeBytes headers { name value } isReceived } }
}
"""


async def create(caller: Caller, size_bytes: int, **more: Any) -> dict[str, Any]:
    """A new upload of a file of this size."""
    given = {"sizeBytes": size_bytes, "contentType": "video/mp4", "title": "A walk"} | more
    answer = (await caller.data(CREATE, input=given))["createUpload"]
    assert answer["userErrors"] == []
    return dict(answer["upload"])


async def complete(caller: Caller, upload_id: str) -> list[str]:
    """Codes of what was wrong."""
    answer = (await caller.data(COMPLETE, input={"uploadId": upload_id}))["completeUpload"]
    return [error["code"] for error in answer["userErrors"]]


async def abort(caller: Caller, upload_id: str) -> list[str]:
    """Codes of what was wrong."""
    answer = (await caller.data(ABORT, input={"uploadId": upload_id}))["abortUpload"]
    return [error["code"] for error in answer["userErrors"]]


async def sign(caller: Caller, upload_id: str, body: bytes, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """These parts of a file that is ``body``, each bound to the MD5 of its bytes."""
    size = (await caller.data(UPLOAD, id=upload_id))["videoUpload"]["partSizeBytes"]
    wanted = [
        {"number": number, "md5": hashlib.md5(body[(number - 1) * size : number * size]).hexdigest()}
        for number in numbers
    ]
    return list((await caller.data(PARTS, id=upload_id, wanted=wanted))["videoUpload"]["parts"])


async def put(part: dict[str, Any], body: bytes) -> int:
    """The status that the store answers."""
    headers = {header["name"]: header["value"] for header in part["headers"]}
    target = URL(part["url"], encoded=True)
    async with aiohttp.ClientSession() as client, client.put(target, data=body, headers=headers) as answer:
        await answer.read()
        return answer.status


async def send(caller: Caller, upload_id: str, body: bytes, numbers: Sequence[int]) -> None:
    """Sends these parts of a file that is ``body``."""
    size = (await caller.data(UPLOAD, id=upload_id))["videoUpload"]["partSizeBytes"]
    for part in await sign(caller, upload_id, body, numbers):
        start = (part["number"] - 1) * size
        assert await put(part, body[start : start + size]) == 200


async def add_upload(resources: Resources, video: Video, *, twin_id: UUID | None = None) -> Upload:
    """The row of the upload by which the video came."""
    now, upload_id = datetime.now(UTC), new_id()
    return await uploads.add_upload(
        resources.database,
        upload_id,
        video_id=video.video_id,
        author_id=video.author_id,
        object_key=f"{video.author_id.hex}/{upload_id.hex}.mp4",
        content_type="video/mp4",
        size_bytes=1000,
        part_size_bytes=1000,
        sha256=None,
        expires_at=now,
        check_at=now,
        twin_id=twin_id,
        completed_at=now,
    )
