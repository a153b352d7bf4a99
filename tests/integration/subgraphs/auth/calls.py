"""What the tests of auth send, and what a person of theirs knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt

from contracts.ids import SESSION, decode_id
from contracts.viewer import Viewer
from tests.support.subgraphs import Caller

TOKENS = "tokens { accessToken accessTokenExpiresAt refreshToken }"
ERRORS = "userErrors { code field }"
SIGN_UP = f"""mutation ($input: SignUpInput!) {{ signUp(input: $input) {{
    {TOKENS} user {{ id handle displayName }} {ERRORS} }} }}"""
LOG_IN = f"""mutation ($input: LogInInput!) {{ logIn(input: $input) {{
    {TOKENS} user {{ id handle displayName }} {ERRORS} }} }}"""
REFRESH = f"""mutation ($input: RefreshSessionInput!) {{ refreshSession(input: $input) {{
    {TOKENS} {ERRORS} }} }}"""
LOG_OUT = f"mutation ($input: LogOutInput!) {{ logOut(input: $input) {{ done {ERRORS} }} }}"
MY_SESSIONS = "{ mySessions { id createdAt isCurrent } }"


@dataclass(frozen=True, slots=True)
class Person:
    """An account with its first pair of tokens."""

    user_id: UUID
    email: str
    handle: str
    password: str
    tokens: dict[str, Any]


async def log_in(caller: Caller, login: str, password: str) -> Any:
    return (await caller.data(LOG_IN, input={"login": login, "password": password}))["logIn"]


async def refresh(caller: Caller, refresh_token: str, key: str | None = None) -> Any:
    given = {"refreshToken": refresh_token, "idempotencyKey": key}
    return (await caller.data(REFRESH, input=given))["refreshSession"]


def codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


def claims(tokens: dict[str, Any]) -> dict[str, Any]:
    """Of an access token, unverified."""
    return dict(jwt.decode(tokens["accessToken"], options={"verify_signature": False}))


def session_id(tokens: dict[str, Any]) -> UUID:
    return decode_id(SESSION, claims(tokens)["sid"])


def signed_in(caller: Caller, person: Person, tokens: dict[str, Any] | None = None) -> Caller:
    """As the router hands on whoever sends this access token."""
    viewer = Viewer(user_id=person.user_id, session_id=session_id(tokens or person.tokens))
    return Caller(caller.subgraph, caller.resources, viewer)
