"""Accounts: signing up, logging in, following the profile, against the real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import jwt
import pytest
from sqlalchemy import bindparam, func, select

from contracts.events import Envelope, ProfileChanged
from contracts.ids import USER, decode_id, encode_id, new_id
from contracts.viewer import Viewer
from kit.db import Statement
from subgraphs.auth import repository
from subgraphs.auth.consumers import consumer_group
from subgraphs.auth.models import LIMITS, Account
from subgraphs.auth.passwords import HashCost, Passwords
from subgraphs.auth.tables import accounts
from subgraphs.auth.tokens import load_signing_key
from tests.integration.subgraphs.auth.calls import LOG_IN, SIGN_UP, Person, claims, codes, log_in
from tests.support.subgraphs import Caller, outbox_types

_WITH_HANDLE = Statement(
    select(func.count().label("n")).select_from(accounts).where(accounts.c.handle == bindparam("of_handle"))
)


def registration(**changes: Any) -> dict[str, Any]:
    """A good one that nobody else has, but for ``changes``."""
    handle = f"r_{new_id().hex[-20:]}"
    good = {"email": f"{handle}@example.org", "handle": handle, "displayName": "Rae", "password": "p" * 12}
    return good | changes


async def sign_up(caller: Caller, given: dict[str, Any]) -> Any:
    return (await caller.data(SIGN_UP, input=given))["signUp"]


async def accounts_with(caller: Caller, handle: str) -> int:
    row = await caller.resources.database.fetch_one(_WITH_HANDLE, of_handle=handle)
    assert row is not None
    return int(row["n"])


async def account_of(caller: Caller, person: Person) -> Account:
    account = await repository.find_account(caller.resources.database, person.user_id)
    assert account is not None
    return account


async def profile_changed(caller: Caller, person: Person, handle: str, revision: int) -> None:
    event = ProfileChanged(user_id=person.user_id, handle=handle, revision=revision)
    envelope = Envelope(type="ProfileChanged", version=1, data={})
    await consumer_group(caller.resources).handlers[ProfileChanged](envelope, event)


async def test_signing_up_logs_in_and_tells_the_platform(auth: Caller, anna: Person) -> None:
    assert await outbox_types(auth.resources, str(anna.user_id)) == ["UserRegistered"]
    settings = auth.resources.settings
    public = load_signing_key(settings).private_key.public_key()
    verified = jwt.decode(
        anna.tokens["accessToken"],
        public,
        algorithms=["EdDSA"],
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
    )
    named = ("sub", "preferred_username", "name", "roles")
    assert [verified[name] for name in named] == [
        encode_id(USER, anna.user_id),
        anna.handle,
        "Anna",
        ["user"],
    ]
    assert (await account_of(auth, anna)).password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"email": "no address"}, "INVALID_EMAIL", "email"),
        ({"email": "a\0b@example.org"}, "INVALID_EMAIL", "email"),
        ({"handle": "a..b"}, "INVALID_HANDLE", "handle"),
        ({"displayName": "  "}, "INVALID_DISPLAY_NAME", "displayName"),
        ({"password": "too short"}, "WEAK_PASSWORD", "password"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_written(
    auth: Caller, changes: dict[str, str], code: str, field: str
) -> None:
    given = registration(**changes)
    payload = await sign_up(auth, given)
    refused = {"tokens": None, "user": None, "userErrors": [{"code": code, "field": [field]}]}
    assert payload == refused
    assert await accounts_with(auth, given["handle"]) == 0


async def test_address_and_handle_belong_to_one_account(auth: Caller, anna: Person) -> None:
    same_email = registration(email=f" {anna.email.upper()} ")
    assert codes(await sign_up(auth, same_email)) == ["EMAIL_TAKEN"]
    assert await accounts_with(auth, same_email["handle"]) == 0
    same_handle = registration(handle=f"@{anna.handle.upper()}")
    assert codes(await sign_up(auth, same_handle)) == ["HANDLE_TAKEN"]
    assert codes(await log_in(auth, same_handle["email"], same_handle["password"])) == ["INVALID_CREDENTIALS"]


async def test_of_many_who_want_a_handle_at_once_one_gets_it(auth: Caller) -> None:
    handle = registration()["handle"]
    payloads = await asyncio.gather(*(sign_up(auth, registration(handle=handle)) for _ in range(4)))
    taken = ["HANDLE_TAKEN"]
    assert sorted(codes(payload) for payload in payloads) == [[], taken, taken, taken]
    assert await accounts_with(auth, handle) == 1


async def test_a_retry_with_its_key_finds_the_account_it_opened(auth: Caller) -> None:
    given = registration(idempotencyKey="k1")
    payloads = await asyncio.gather(*(sign_up(auth, given) for _ in range(3)))
    assert [codes(payload) for payload in payloads] == [[]] * 3
    (user,) = {payload["user"]["id"] for payload in payloads}
    assert len({claims(payload["tokens"])["sid"] for payload in payloads}) == 3
    other_password = await sign_up(auth, given | {"password": "q" * 12})
    assert (other_password["user"], codes(other_password)) == (None, ["EMAIL_TAKEN"])
    assert await accounts_with(auth, given["handle"]) == 1
    assert user is not None


async def test_one_logs_in_by_address_or_handle_in_any_case(auth: Caller, anna: Person) -> None:
    for login in (anna.email, anna.handle.upper(), f" @{anna.handle}"):
        payload = await log_in(auth, login, anna.password)
        assert payload["user"] == {
            "id": encode_id(USER, anna.user_id),
            "handle": anna.handle,
            "displayName": "Anna",
        }


async def test_a_wrong_password_and_an_unknown_account_look_the_same(auth: Caller, anna: Person) -> None:
    refused = {"tokens": None, "user": None, "userErrors": [{"code": "INVALID_CREDENTIALS", "field": None}]}
    for login, password in (
        (anna.email, anna.password + "x"),
        (anna.email, ""),
        ("nobody@example.org", anna.password),
        ("nul\0", anna.password),
    ):
        assert await log_in(auth, login, password) == refused


async def test_a_log_in_renews_a_hash_that_was_made_with_other_costs(auth: Caller, anna: Person) -> None:
    other = Passwords(HashCost(time_cost=2, memory_kib=128))
    dated = await other.hash(anna.password)
    await repository.save_password_hash(auth.resources.database, anna.user_id, dated)
    await log_in(auth, anna.email, anna.password)
    renewed = (await account_of(auth, anna)).password_hash
    assert renewed != dated
    await log_in(auth, anna.email, anna.password)
    assert (await account_of(auth, anna)).password_hash == renewed


async def test_attempts_on_one_account_from_one_address_are_limited(auth: Caller, anna: Person) -> None:
    limiter, subject = auth.resources.limiter, f"{anna.email}|203.0.113.7"
    for _ in range(LIMITS.log_ins_per_hour):
        await limiter.take("log-in", subject, limit=LIMITS.log_ins_per_hour, per_s=3600)
    attacker = replace(auth, viewer=Viewer(client_ip="203.0.113.7"))
    attempt = {"login": anna.email, "password": anna.password}
    assert await attacker.error_code(LOG_IN, input=attempt) == "RATE_LIMITED"
    assert codes(await log_in(auth, anna.email, anna.password)) == []


async def test_the_handle_follows_the_profile_newest_revision_wins(auth: Caller, anna: Person) -> None:
    newest = f"n_{new_id().hex[-20:]}"
    for handle, revision in ((newest, 3), (newest, 3), (f"o_{new_id().hex[-20:]}", 2)):
        await profile_changed(auth, anna, handle, revision)
    assert (await account_of(auth, anna)).handle == newest
    assert codes(await log_in(auth, newest, anna.password)) == []
    assert codes(await log_in(auth, anna.handle, anna.password)) == ["INVALID_CREDENTIALS"]


async def test_a_handle_that_changed_hands_follows_its_new_owner_whoever_is_heard_first(
    auth: Caller, anna: Person
) -> None:
    given = registration()
    payload = await sign_up(auth, given)
    heir = replace(anna, user_id=decode_id(USER, payload["user"]["id"]))
    await profile_changed(auth, heir, anna.handle, revision=1)  # anna's own fact comes later
    assert (await account_of(auth, heir)).handle == anna.handle
    assert codes(await log_in(auth, anna.email, anna.password)) == []
    await profile_changed(auth, anna, f"{anna.handle}2", revision=1)
    assert (await account_of(auth, anna)).handle == f"{anna.handle}2"
