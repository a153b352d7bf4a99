"""Profiles: opening, reading and changing them, against the real database and cache."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from contracts.events import Envelope, Event, ProfileChanged, UserRegistered
from contracts.ids import USER, encode_id, new_id
from contracts.names import HANDLE_MAX_LENGTH
from kit.db.counting import observed_statements
from subgraphs.users import repository
from subgraphs.users.caches import profile_cache
from subgraphs.users.consumers import consumer_group
from subgraphs.users.models import Profile
from tests.support.subgraphs import Caller, outbox_types

MakeProfile = Callable[..., Awaitable[Profile]]

ME = "{ me { id handle displayName bio avatarUrl } }"
UPDATE = """mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) {
    user { handle displayName bio } userErrors { code field } } }"""
USERS = """query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on User { id handle displayName } } }"""


def fresh_handle() -> str:
    return f"h_{new_id().hex[-20:]}"


async def update(caller: Caller, **changes: Any) -> Any:
    return (await caller.data(UPDATE, input=changes))["updateProfile"]


async def handle_event(caller: Caller, event: Event) -> None:
    envelope = Envelope(type=type(event).__name__, version=1, data={})
    await consumer_group(caller.resources).handlers[type(event)](envelope, event)


async def stored(caller: Caller, user_id: UUID) -> Profile | None:
    return await repository.find_profile(caller.resources.database, user_id)


async def test_a_registration_opens_the_profile_once(users: Caller) -> None:
    user_id, handle = new_id(), fresh_handle()
    event = UserRegistered(user_id=user_id, handle=handle, display_name="Anna")
    for _ in range(2):
        await handle_event(users, event)
    profile = await stored(users, user_id)
    assert profile is not None
    assert (profile.handle, profile.display_name, profile.revision) == (handle, "Anna", 1)
    assert await outbox_types(users.resources, str(user_id)) == ["ProfileChanged"]


async def test_me_opens_the_profile_when_the_registration_is_still_on_its_way(users: Caller) -> None:
    user_id, handle = new_id(), fresh_handle()
    caller = users.as_user(user_id, handle=handle, name="Bea")
    answers = await asyncio.gather(*(caller.data(ME) for _ in range(5)))
    mine = {"id": encode_id(USER, user_id), "handle": handle, "displayName": "Bea"}
    assert answers == [{"me": mine | {"bio": "", "avatarUrl": None}}] * 5
    assert await outbox_types(users.resources, str(user_id)) == ["ProfileChanged"]


async def test_nobody_is_nobody(users: Caller) -> None:
    assert await users.data(ME) == {"me": None}
    assert await users.error_code(UPDATE, input={"bio": "x"}) == "UNAUTHENTICATED"


async def test_who_asks_for_a_taken_handle_at_registration_gets_a_number(
    users: Caller, make_profile: MakeProfile
) -> None:
    first = await make_profile()
    second = await make_profile(first.handle)
    assert second.handle != first.handle
    assert second.handle.removeprefix(first.handle).isdecimal()
    longest = await make_profile("x" * 19 + new_id().hex[-11:])
    other = await make_profile(longest.handle)
    assert len(other.handle) == HANDLE_MAX_LENGTH


async def test_people_who_register_at_once_under_one_handle_all_get_in(
    users: Caller, make_profile: MakeProfile
) -> None:
    handle = fresh_handle()
    people = await asyncio.gather(*(make_profile(handle) for _ in range(5)))
    handles = [person.handle for person in people]
    assert len(set(handles)) == 5
    assert handle in handles


async def test_a_change_is_seen_at_once_and_told_once(users: Caller, make_profile: MakeProfile) -> None:
    anna, handle = await make_profile(), fresh_handle()
    caller = users.as_user(anna.user_id)
    await caller.data(ME)  # so that the cache has the old profile
    payload = await update(caller, handle=f"@{handle.upper()}", displayName=" Anna  B ", bio="Hi")
    assert payload == {
        "user": {"handle": handle, "displayName": "Anna B", "bio": "Hi"},
        "userErrors": [],
    }
    with observed_statements() as statements:
        assert (await caller.data(ME))["me"]["handle"] == handle
    assert statements == []
    await update(caller, handle=handle, bio="Hi")
    profile = await stored(users, anna.user_id)
    assert profile is not None
    assert profile.revision == 2
    assert await outbox_types(users.resources, str(anna.user_id)) == ["ProfileChanged"] * 2


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"handle": "a b"}, "INVALID_HANDLE", "handle"),
        ({"displayName": " "}, "INVALID_DISPLAY_NAME", "displayName"),
        ({"bio": "x" * 161}, "BIO_TOO_LONG", "bio"),
    ],
)
async def test_a_wrong_change_changes_nothing(
    users: Caller, make_profile: MakeProfile, changes: dict[str, str], code: str, field: str
) -> None:
    anna = await make_profile()
    payload = await update(users.as_user(anna.user_id), **{"bio": "new", "displayName": "New"} | changes)
    assert payload == {"user": None, "userErrors": [{"code": code, "field": [field]}]}
    assert await stored(users, anna.user_id) == anna


async def test_a_handle_goes_to_one_of_those_who_want_it_at_once(
    users: Caller, make_profile: MakeProfile
) -> None:
    people, handle = [await make_profile() for _ in range(4)], fresh_handle()
    payloads = await asyncio.gather(
        *(update(users.as_user(person.user_id), handle=handle) for person in people)
    )
    codes = sorted(error["code"] for payload in payloads for error in payload["userErrors"])
    assert codes == ["HANDLE_TAKEN"] * 3
    owners = await repository.owners_of_handles(users.resources.database, [handle])
    (winner,) = [
        person.user_id
        for person, payload in zip(people, payloads, strict=True)
        if payload["userErrors"] == []
    ]
    assert owners == {handle: winner}


async def test_the_same_key_changes_once(users: Caller, make_profile: MakeProfile) -> None:
    anna = await make_profile()
    caller = users.as_user(anna.user_id)
    answers = await asyncio.gather(
        *(update(caller, bio="once", idempotencyKey="k1") for _ in range(3)),
    )
    assert [answer["user"]["bio"] for answer in answers] == ["once"] * 3
    assert await outbox_types(users.resources, str(anna.user_id)) == ["ProfileChanged"] * 2
    assert await caller.error_code(UPDATE, input={"bio": "twice", "idempotencyKey": "k1"}) == "BAD_USER_INPUT"


async def test_entities_are_found_by_id_and_by_handle_in_as_many_statements_as_one(
    users: Caller, make_profile: MakeProfile
) -> None:
    people = [await make_profile() for _ in range(3)]
    by_id = [{"__typename": "User", "id": encode_id(USER, each.user_id)} for each in people]
    nobody = {"__typename": "User", "id": encode_id(USER, new_id())}
    named = [
        {"id": encode_id(USER, each.user_id), "handle": each.handle, "displayName": "Somebody"}
        for each in people
    ]
    with observed_statements() as statements:
        data = await users.data(USERS, representations=[*by_id, nobody])
    assert data["_entities"] == [*named, None]
    assert len(statements) == 1
    by_handle = [{"__typename": "User", "handle": each.handle.upper()} for each in people]
    with observed_statements() as statements:
        data = await users.data(USERS, representations=by_handle)
    assert data["_entities"] == named
    assert len(statements) == 1  # whose handle it is; the profiles were kept


async def test_people_are_looked_up_by_id_and_handle(users: Caller, make_profile: MakeProfile) -> None:
    anna = await make_profile()
    query = """query ($id: ID!, $handle: String!) { user(id: $id) { handle }
        userByHandle(handle: $handle) { handle } }"""
    found = {"handle": anna.handle}
    data = await users.data(query, id=encode_id(USER, anna.user_id), handle=f"@{anna.handle}")
    assert data == {"user": found, "userByHandle": found}
    assert await users.data(query, id="vid_1", handle="not a handle") == {"user": None, "userByHandle": None}


async def test_a_handle_is_available_when_valid_and_free_or_yours(
    users: Caller, make_profile: MakeProfile
) -> None:
    anna = await make_profile()
    query = "query ($handle: String!) { handleAvailable(handle: $handle) }"
    for caller, handle, expected in (
        (users, anna.handle, False),
        (users.as_user(new_id()), anna.handle, False),
        (users.as_user(anna.user_id), anna.handle, True),
        (users, fresh_handle(), True),
        (users, "no", False),
    ):
        assert await caller.data(query, handle=handle) == {"handleAvailable": expected}


async def test_a_slow_reader_does_not_bring_an_old_profile_back(
    users: Caller, make_profile: MakeProfile
) -> None:
    old = await make_profile()
    await update(users.as_user(old.user_id), bio="new")
    cache = profile_cache(users.resources)
    await cache.keep([old])
    assert (await cache.find([old.user_id]))[old.user_id].bio == "new"


async def test_the_fact_of_a_change_mends_the_cache(users: Caller, make_profile: MakeProfile) -> None:
    old = await make_profile()
    cache = profile_cache(users.resources)
    await cache.keep([old])
    async with users.resources.database.transaction() as tx:
        newer = await repository.save_profile(tx, old)
    event = ProfileChanged(user_id=old.user_id, handle=old.handle, revision=newer.revision)
    for _ in range(2):
        await handle_event(users, event)
    assert await cache.find([old.user_id]) == {old.user_id: newer}
