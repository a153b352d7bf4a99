"""Avatars: announced, sent as a browser would, checked and shown, against the real object store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from yarl import URL

from contracts.ids import new_id
from kit.storage import ObjectNotFoundError
from subgraphs.users import repository
from subgraphs.users.models import AvatarType, Profile
from subgraphs.users.uploads import PendingAvatar
from tests.support.subgraphs import Caller, outbox_types

MakeProfile = Callable[..., Awaitable[Profile]]

CREATE = """mutation ($input: CreateAvatarUploadInput!) { createAvatarUpload(input: $input) {
    upload { objectKey url headers { name value } } userErrors { code field } } }"""
SET = """mutation ($input: SetAvatarInput!) { setAvatar(input: $input) {
    user { avatarUrl } userErrors { code field } } }"""
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


async def announce(caller: Caller, **given: Any) -> dict[str, Any]:
    given = {"contentType": "PNG", "sizeBytes": len(PNG)} | given
    return dict((await caller.data(CREATE, input=given))["createAvatarUpload"])


async def send(upload: dict[str, Any], body: bytes) -> int:
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    url = URL(upload["url"], encoded=True)
    async with aiohttp.ClientSession() as client, client.put(url, data=body, headers=headers) as answer:
        return answer.status


async def set_avatar(caller: Caller, object_key: str) -> dict[str, Any]:
    return dict((await caller.data(SET, input={"objectKey": object_key}))["setAvatar"])


async def avatar_key(caller: Caller, profile: Profile) -> str | None:
    found = await repository.find_profile(caller.resources.database, profile.user_id)
    assert found is not None
    return found.avatar_key


async def put_pending(caller: Caller, profile: Profile, body: bytes) -> str:
    """What lies under an announced key, however it came there."""
    key = PendingAvatar.announce(profile.user_id, AvatarType.PNG).pending_key
    bucket = caller.resources.settings.bucket_avatars
    await caller.resources.storage.put(bucket, key, body, content_type="image/png")
    return key


async def test_an_image_becomes_the_avatar(users: Caller, make_profile: MakeProfile) -> None:
    anna = await make_profile()
    caller = users.as_user(anna.user_id)
    upload = (await announce(caller))["upload"]
    assert await send(upload, PNG) == 200
    published = upload["objectKey"].removeprefix("pending/")
    url = f"{users.resources.settings.origin_url}/avatars/{published}"
    for _ in range(2):
        assert await set_avatar(caller, upload["objectKey"]) == {"user": {"avatarUrl": url}, "userErrors": []}
    bucket = users.resources.settings.bucket_avatars
    assert await users.resources.storage.get(bucket, published) == PNG
    assert (await users.resources.storage.head(bucket, published)).content_type == "image/png"
    assert await outbox_types(users.resources, str(anna.user_id)) == ["ProfileChanged"] * 2


async def test_a_published_avatar_never_changes(users: Caller, make_profile: MakeProfile) -> None:
    anna = await make_profile()
    caller = users.as_user(anna.user_id)
    upload = (await announce(caller))["upload"]
    await send(upload, PNG)
    await set_avatar(caller, upload["objectKey"])
    other = PNG[:-1] + b"\x01"
    assert await send(upload, other) == 200  # the URL is still good
    await set_avatar(caller, upload["objectKey"])
    published = upload["objectKey"].removeprefix("pending/")
    assert await users.resources.storage.get(users.resources.settings.bucket_avatars, published) == PNG


async def test_the_url_takes_nothing_longer_than_announced(users: Caller, make_profile: MakeProfile) -> None:
    caller = users.as_user((await make_profile()).user_id)
    upload = (await announce(caller))["upload"]
    upload["headers"] = [header for header in upload["headers"] if header["name"] != "Content-Length"]
    assert await send(upload, PNG + b"more") == 403


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<svg onload=alert(1)>", "UNSUPPORTED_AVATAR"),
        (b"\xff\xd8\xff\xe0 a JPEG", "UNSUPPORTED_AVATAR"),
        (b"", "AVATAR_TOO_LARGE"),
        (PNG + bytes(5 * 1024 * 1024), "AVATAR_TOO_LARGE"),
    ],
)
async def test_what_is_no_avatar_is_not_shown(
    users: Caller, make_profile: MakeProfile, body: bytes, code: str
) -> None:
    anna = await make_profile()
    key = await put_pending(users, anna, body)
    payload = await set_avatar(users.as_user(anna.user_id), key)
    assert payload == {"user": None, "userErrors": [{"code": code, "field": ["objectKey"]}]}
    assert await avatar_key(users, anna) is None
    bucket = users.resources.settings.bucket_avatars
    with pytest.raises(ObjectNotFoundError):
        await users.resources.storage.head(bucket, key.removeprefix("pending/"))


async def test_another_ones_image_is_none(users: Caller, make_profile: MakeProfile) -> None:
    anna, bob = await make_profile(), await make_profile()
    theirs = await put_pending(users, bob, PNG)
    nothing = PendingAvatar.announce(anna.user_id, AvatarType.PNG).pending_key
    for key in (theirs, nothing, "pending/../x", theirs.removeprefix("pending/")):
        payload = await set_avatar(users.as_user(anna.user_id), key)
        assert [error["code"] for error in payload["userErrors"]] == ["AVATAR_NOT_FOUND"]
    assert await avatar_key(users, anna) is None


async def test_an_upload_is_bounded_and_announced_once_a_key(
    users: Caller, make_profile: MakeProfile
) -> None:
    caller = users.as_user((await make_profile()).user_id)
    refused = {"upload": None, "userErrors": [{"code": "AVATAR_TOO_LARGE", "field": ["sizeBytes"]}]}
    assert await announce(caller, sizeBytes=5 * 1024 * 1024 + 1) == refused
    assert await announce(caller, sizeBytes=0) == refused
    key = new_id().hex
    keys = {(await announce(caller, idempotencyKey=key))["upload"]["objectKey"] for _ in range(2)}
    assert len(keys) == 1
