"""Sessions: rotation, reuse, retries, logging out, against the real database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import Interval, bindparam, func

from contracts.ids import SESSION, encode_id
from kit.db import Statement
from subgraphs.auth.jobs import jobs
from subgraphs.auth.models import LIMITS
from subgraphs.auth.repository import find_refresh_token
from subgraphs.auth.tables import refresh_tokens
from subgraphs.auth.tokens import token_hash
from tests.integration.subgraphs.auth.calls import (
    LOG_OUT,
    MY_SESSIONS,
    REFRESH,
    Person,
    codes,
    log_in,
    refresh,
    session_id,
    signed_in,
)
from tests.support.subgraphs import Caller

_AGE = Statement(
    refresh_tokens.update()
    .where(refresh_tokens.c.token_hash == bindparam("of_hash"))
    .values(expires_at=func.now() - bindparam("ago", type_=Interval))
)


async def expire(caller: Caller, refresh_token: str, ago: timedelta) -> None:
    await caller.resources.database.execute(_AGE, of_hash=token_hash(refresh_token), ago=ago)


async def is_stored(caller: Caller, refresh_token: str) -> bool:
    return await find_refresh_token(caller.resources.database, token_hash(refresh_token)) is not None


async def test_a_refresh_token_buys_the_next_pair_of_the_same_session(auth: Caller, anna: Person) -> None:
    second = (await refresh(auth, anna.tokens["refreshToken"]))["tokens"]
    third = (await refresh(auth, second["refreshToken"]))["tokens"]
    pairs = [anna.tokens, second, third]
    assert len({pair["refreshToken"] for pair in pairs}) == 3
    assert len({session_id(pair) for pair in pairs}) == 1


async def test_a_spent_token_that_comes_again_ends_the_session(auth: Caller, anna: Person) -> None:
    elsewhere = (await log_in(auth, anna.handle, anna.password))["tokens"]
    second = (await refresh(auth, anna.tokens["refreshToken"]))["tokens"]
    stolen = await refresh(auth, anna.tokens["refreshToken"])
    assert stolen == {"tokens": None, "userErrors": [{"code": "SESSION_REVOKED", "field": ["refreshToken"]}]}
    assert codes(await refresh(auth, second["refreshToken"])) == ["SESSION_REVOKED"]
    assert codes(await refresh(auth, elsewhere["refreshToken"])) == []


async def test_a_retry_with_the_same_key_replaces_the_pair_that_was_lost(auth: Caller, anna: Person) -> None:
    first = anna.tokens["refreshToken"]
    lost = (await refresh(auth, first, key="k1"))["tokens"]
    second = (await refresh(auth, first, key="k1"))["tokens"]
    assert codes(await refresh(auth, lost["refreshToken"])) == ["INVALID_REFRESH_TOKEN"]
    assert codes(await refresh(auth, second["refreshToken"])) == []
    assert codes(await refresh(auth, first, key="k1")) == ["SESSION_REVOKED"]


async def test_another_key_is_no_retry(auth: Caller, anna: Person) -> None:
    second = (await refresh(auth, anna.tokens["refreshToken"], key="k1"))["tokens"]
    assert codes(await refresh(auth, anna.tokens["refreshToken"], key="k2")) == ["SESSION_REVOKED"]
    assert codes(await refresh(auth, second["refreshToken"])) == ["SESSION_REVOKED"]


async def test_a_key_that_cannot_be_stored_is_refused_and_spends_nothing(auth: Caller, anna: Person) -> None:
    for key in ("", "k" * 65, "k\0"):
        given = {"refreshToken": anna.tokens["refreshToken"], "idempotencyKey": key}
        assert await auth.error_code(REFRESH, input=given) == "BAD_USER_INPUT"
    assert codes(await refresh(auth, anna.tokens["refreshToken"])) == []


async def test_of_two_refreshes_at_once_one_is_a_reuse(auth: Caller, anna: Person) -> None:
    payloads = await asyncio.gather(*(refresh(auth, anna.tokens["refreshToken"]) for _ in range(2)))
    assert sorted(codes(payload) for payload in payloads) == [[], ["SESSION_REVOKED"]]


async def test_retries_at_once_leave_one_good_pair(auth: Caller, anna: Person) -> None:
    payloads = await asyncio.gather(*(refresh(auth, anna.tokens["refreshToken"], key="k1") for _ in range(4)))
    assert [codes(payload) for payload in payloads] == [[]] * 4
    stored = [await is_stored(auth, payload["tokens"]["refreshToken"]) for payload in payloads]
    assert sorted(stored) == [False, False, False, True]


async def test_unknown_and_expired_tokens_buy_nothing(auth: Caller, anna: Person) -> None:
    assert codes(await refresh(auth, "never issued")) == ["INVALID_REFRESH_TOKEN"]
    await expire(auth, anna.tokens["refreshToken"], timedelta(seconds=1))
    assert codes(await refresh(auth, anna.tokens["refreshToken"])) == ["INVALID_REFRESH_TOKEN"]


async def test_logging_out_ends_this_session_only(auth: Caller, anna: Person) -> None:
    elsewhere = (await log_in(auth, anna.email, anna.password))["tokens"]
    for _ in range(2):
        answer = await signed_in(auth, anna).data(LOG_OUT, input={})
        assert answer == {"logOut": {"done": True, "userErrors": []}}
    assert codes(await refresh(auth, anna.tokens["refreshToken"])) == ["SESSION_REVOKED"]
    assert codes(await refresh(auth, elsewhere["refreshToken"])) == []


async def test_logging_out_everywhere_ends_all(auth: Caller, anna: Person) -> None:
    elsewhere = (await log_in(auth, anna.email, anna.password))["tokens"]
    await signed_in(auth, anna).data(LOG_OUT, input={"everywhere": True})
    for tokens in (anna.tokens, elsewhere):
        assert codes(await refresh(auth, tokens["refreshToken"])) == ["SESSION_REVOKED"]
    assert await auth.error_code(LOG_OUT, input={}) == "UNAUTHENTICATED"


async def test_my_sessions_are_those_that_can_go_on(auth: Caller, anna: Person) -> None:
    elsewhere = (await log_in(auth, anna.email, anna.password))["tokens"]
    gone = (await log_in(auth, anna.email, anna.password))["tokens"]
    forgotten = (await log_in(auth, anna.email, anna.password))["tokens"]
    await signed_in(auth, anna, gone).data(LOG_OUT, input={})
    await expire(auth, forgotten["refreshToken"], timedelta(seconds=1))
    sessions = (await signed_in(auth, anna).data(MY_SESSIONS))["mySessions"]
    assert [(each["id"], each["isCurrent"]) for each in sessions] == [
        (encode_id(SESSION, session_id(elsewhere)), False),
        (encode_id(SESSION, session_id(anna.tokens)), True),
    ]
    assert datetime.fromisoformat(sessions[0]["createdAt"]) <= datetime.now(UTC)
    assert await auth.error_code(MY_SESSIONS) == "UNAUTHENTICATED"


async def test_tokens_are_forgotten_when_they_have_been_expired_for_long(auth: Caller, anna: Person) -> None:
    young = (await log_in(auth, anna.email, anna.password))["tokens"]["refreshToken"]
    minute = timedelta(minutes=1)
    await expire(auth, anna.tokens["refreshToken"], LIMITS.refresh_token_life + minute)
    await expire(auth, young, LIMITS.refresh_token_life - minute)
    (job,) = jobs(auth.resources)
    await job.run()
    assert [await is_stored(auth, token) for token in (anna.tokens["refreshToken"], young)] == [False, True]
