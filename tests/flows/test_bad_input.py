"""Bad input through the public API: a clear code to the caller, a reason on the video, nothing half-written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from clipgraph.demo import documents
from clipgraph.demo.api import ApiError
from clipgraph.demo.people import Person, complete, send_clip, sign_up
from contracts import ids
from contracts.ids import new_id
from devstack.clips import generate_clip
from kit.config import Settings
from kit.storage import Storage
from tests.support.platform import Platform, running_platform

COMMENT = """
mutation Comment($input: AddCommentInput!) {
  addComment(input: $input) { comment { id } userErrors { code field } }
}
"""
UPDATE = """
mutation Update($input: UpdateVideoInput!) {
  updateVideo(input: $input) { video { id } userErrors { code field } }
}
"""
DELETE = """
mutation Delete($input: DeleteVideoInput!) {
  deleteVideo(input: $input) { userErrors { code field } }
}
"""
UNKNOWN_VIDEO = ids.encode_id(ids.VIDEO, new_id())
UNKNOWN_UPLOAD = ids.encode_id(ids.UPLOAD, new_id())
UNKNOWN_USER = ids.encode_id(ids.USER, new_id())


@pytest.fixture(scope="module")
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    async with running_platform(settings, split=False) as running:
        yield running


@pytest.fixture(scope="module")
async def creator(platform: Platform) -> Person:
    return await sign_up(platform.api, "bad_creator", "Creator", "a long password of creator")


@pytest.fixture(scope="module")
async def stranger(platform: Platform) -> Person:
    return await sign_up(platform.api, "bad_stranger", "Stranger", "a long password of stranger")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate_clip(tmp_path_factory.mktemp("bad") / "clip.mp4", width=320, height=180, seconds=1)


@pytest.fixture(scope="module")
async def video_id(creator: Person, clip: Path) -> str:
    """A public, active video of the creator's."""
    upload_id, found = await send_clip(creator, clip, title="Good", key="good")
    async with creator.api.subscribe(documents.VIDEO_STATUS, videoId=found) as statuses:
        await complete(creator, upload_id)
        while (await statuses.next())["videoStatusChanged"]["status"] != "ACTIVE":
            continue
    return found


async def codes(person: Person, mutation: str, **given: Any) -> list[str]:
    """Codes of ``userErrors``, or of the request's errors."""
    answer = await person.api.send(mutation, input=given)
    if answer.get("errors"):
        return [error["extensions"]["code"] for error in answer["errors"]]
    [payload] = answer["data"].values()
    return [error["code"] for error in payload["userErrors"]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"this is a text and no video " * 40, "NOT_A_VIDEO"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "NOT_A_VIDEO"),
        (None, "CORRUPT_FILE"),
    ],
    ids=["text", "playlist", "cut off"],
)
async def test_a_file_that_is_no_video_ends_as_failed_with_a_reason(
    platform: Platform, creator: Person, clip: Path, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2] if content is None else content)
    upload_id, found = await send_clip(creator, bad, title="Bad", key=f"bad-{reason}-{len(bad.read_bytes())}")
    async with creator.api.subscribe(documents.VIDEO_STATUS, videoId=found) as statuses:
        await complete(creator, upload_id)
        while (change := (await statuses.next())["videoStatusChanged"])["status"] != "FAILED":
            continue
    assert (change["failureReason"], bool(change["failureMessage"])) == (reason, True)
    video = (await creator.api.query(documents.VIDEO, id=found))["video"]
    assert (video["status"], video["failure"]["reason"], video["playlistUrl"]) == ("FAILED", reason, None)
    assert (await platform.api.query(documents.VIDEO, id=found))["video"] is None
    assert await _made(platform, found) == []


async def _made(platform: Platform, video_id: str) -> list[str]:
    storage, settings = Storage.from_settings(platform.settings), platform.settings
    prefix = f"{ids.decode_id(ids.VIDEO, video_id).hex}/"
    try:
        buckets = (settings.bucket_processed, settings.bucket_thumbnails)
        return [key for bucket in buckets for key in await storage.list_keys(bucket, prefix)]
    finally:
        storage.close()


async def test_an_upload_whose_bytes_never_came_is_not_completed(creator: Person) -> None:
    payload = await creator.api.mutate(
        documents.CREATE_UPLOAD,
        sizeBytes=1000,
        contentType="video/mp4",
        title="Nothing",
        idempotencyKey="nothing",
    )
    upload = payload["upload"]
    for _ in range(2):
        assert await codes(creator, documents.COMPLETE_UPLOAD, uploadId=upload["id"]) == ["UPLOAD_INCOMPLETE"]
    assert (await creator.api.query(documents.VIDEO, id=upload["video"]["id"]))["video"][
        "status"
    ] == "UPLOADING"


async def test_completing_at_once_and_again_is_completing_once(creator: Person, clip: Path) -> None:
    upload_id, found = await send_clip(creator, clip, title="Twice", key="twice")
    at_once = [codes(creator, documents.COMPLETE_UPLOAD, uploadId=upload_id) for _ in range(4)]
    assert await asyncio.gather(*at_once) == [[]] * 4
    assert await codes(creator, documents.COMPLETE_UPLOAD, uploadId=upload_id) == []
    async with asyncio.timeout(60):
        while (await creator.api.query(documents.VIDEO, id=found))["video"]["status"] != "ACTIVE":
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("mutation", "given", "code"),
    [
        (documents.CREATE_UPLOAD, {"sizeBytes": 0, "contentType": "video/mp4", "title": "x"}, "FILE_EMPTY"),
        (
            documents.CREATE_UPLOAD,
            {"sizeBytes": 500 * 1024 * 1024 + 1, "contentType": "video/mp4", "title": "x"},
            "FILE_TOO_LARGE",
        ),
        (
            documents.CREATE_UPLOAD,
            {"sizeBytes": 10, "contentType": "text/plain", "title": "x"},
            "UNSUPPORTED_CONTENT_TYPE",
        ),
        (
            documents.CREATE_UPLOAD,
            {"sizeBytes": 10, "contentType": "video/mp4", "title": "x" * 151},
            "INVALID_TITLE",
        ),
        (documents.COMPLETE_UPLOAD, {"uploadId": UNKNOWN_UPLOAD}, "UPLOAD_NOT_FOUND"),
        (documents.COMPLETE_UPLOAD, {"uploadId": "nonsense"}, "BAD_USER_INPUT"),
        (documents.LIKE, {"videoId": UNKNOWN_VIDEO}, "VIDEO_NOT_FOUND"),
        (documents.LIKE, {"videoId": UNKNOWN_USER}, "BAD_USER_INPUT"),
        (documents.FOLLOW, {"userId": UNKNOWN_USER}, "USER_NOT_FOUND"),
        (COMMENT, {"videoId": UNKNOWN_VIDEO, "body": "hello"}, "VIDEO_NOT_FOUND"),
        (UPDATE, {"videoId": UNKNOWN_VIDEO, "title": "x"}, "VIDEO_NOT_FOUND"),
        (DELETE, {"videoId": UNKNOWN_VIDEO}, "VIDEO_NOT_FOUND"),
    ],
)
async def test_a_mutation_names_what_is_wrong(stranger: Person, mutation: str, given: Any, code: str) -> None:
    assert await codes(stranger, mutation, **given) == [code]


async def test_over_long_texts_are_refused_and_nothing_is_written(stranger: Person, video_id: str) -> None:
    assert await codes(stranger, COMMENT, videoId=video_id, body="x" * 100_000) == ["COMMENT_TOO_LONG"]
    assert await codes(stranger, COMMENT, videoId=video_id, body="  ") == ["COMMENT_EMPTY"]
    video = (await stranger.api.query(documents.VIDEO, id=video_id))["video"]
    assert video["commentCount"] == 0


async def test_what_is_anothers_can_be_neither_changed_nor_completed(
    creator: Person, stranger: Person, video_id: str, clip: Path
) -> None:
    upload_id, _ = await send_clip(creator, clip, title="Mine", key="mine")
    assert await codes(stranger, documents.COMPLETE_UPLOAD, uploadId=upload_id) == ["UPLOAD_NOT_FOUND"]
    assert await codes(stranger, UPDATE, videoId=video_id, title="Taken over") == ["VIDEO_NOT_FOUND"]
    assert await codes(stranger, DELETE, videoId=video_id) == ["VIDEO_NOT_FOUND"]
    with pytest.raises(ApiError) as refused:
        async with stranger.api.subscribe(documents.VIDEO_STATUS, videoId=video_id) as statuses:
            await statuses.next()
    assert refused.value.codes == ["NOT_FOUND"]
    assert (await creator.api.query(documents.VIDEO, id=video_id))["video"]["title"] == "Good"


async def test_a_key_can_not_be_used_for_something_else(stranger: Person, video_id: str) -> None:
    first = await codes(stranger, COMMENT, videoId=video_id, body="hello", idempotencyKey="same")
    again = await codes(stranger, COMMENT, videoId=video_id, body="hello", idempotencyKey="same")
    other = await codes(stranger, COMMENT, videoId=video_id, body="bye", idempotencyKey="same")
    assert (first, again, other) == ([], [], ["BAD_USER_INPUT"])
    assert (await stranger.api.query(documents.VIDEO, id=video_id))["video"]["commentCount"] == 1


async def test_who_is_not_signed_in_writes_nothing(platform: Platform, video_id: str) -> None:
    answer = await platform.api.send(documents.LIKE, input={"videoId": video_id})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("kind", ["forged", "expired", "nonsense"])
async def test_a_token_that_is_not_good_is_refused_as_a_whole(
    platform: Platform, creator: Person, kind: str
) -> None:
    assert creator.api.token is not None
    claims = jwt.decode(creator.api.token, options={"verify_signature": False})
    header = jwt.get_unverified_header(creator.api.token)
    forged = jwt.encode(claims, "k" * 64, algorithm="HS256", headers={"kid": header["kid"]})
    expired = jwt.encode({**claims, "exp": int(time.time()) - 1}, "k" * 64, headers={"kid": header["kid"]})
    token = {"forged": forged, "expired": expired, "nonsense": "nonsense"}[kind]
    headers = {"authorization": f"Bearer {token}"}
    async with platform.api.session.post(
        platform.api.url, json={"query": "{ me { id } }"}, headers=headers
    ) as response:
        assert response.status == 401
        assert [error["extensions"]["code"] for error in (await response.json())["errors"]] == [
            "UNAUTHENTICATED"
        ]
