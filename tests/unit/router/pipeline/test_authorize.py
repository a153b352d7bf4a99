"""Guarded fields: null with an error, and asked of nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from router.pipeline.messages import Client, HttpRequest
from tests.support.gateway import Gateway, codes_of

SDL = """
type Query {
  me: User
  users: [User!]!
  node: Node
  any: Any
  secret: Int! @authenticated
  audit: Audit
}
interface Node { id: ID! name: String }
type User implements Node @key(fields: "id") {
  id: ID!
  name: String
  email: String @requiresScopes(scopes: [["email"], ["admin", "people"]])
  salary: Int! @policy(policies: [["payroll"]])
  friends: [User!]
}
type Audit implements Node @authenticated { id: ID! name: String trail: String }
union Any = User | Audit
"""
USER = {"__typename": "User", "id": "1", "name": "Ann", "email": "a@b", "salary": 7, "friends": []}
ROOTS: dict[str, Any] = {
    "me": USER,
    "users": [USER],
    "node": USER,
    "any": {"__typename": "Audit", "id": "2", "name": "Log", "trail": "t"},
    "secret": 4,
    "audit": {"__typename": "Audit", "id": "2", "name": "Log", "trail": "t"},
}


class As:
    """Everyone has these claims."""

    def __init__(self, claims: dict[str, Any] | None) -> None:
        self._claims = claims

    async def identify(self, _request: HttpRequest) -> Client:
        return Client("somebody", self._claims)


def _gateway(claims: dict[str, Any] | None, configuration: str = "", folder: Path | None = None) -> Gateway:
    return Gateway({"people": (SDL, ROOTS)}, configuration, folder=folder, identifier=As(claims))


def _denied(answer: Any) -> dict[str, list[str]]:
    return {
        error["extensions"]["coordinate"]: error["path"]
        for error in answer.get("errors", [])
        if error["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"
    }


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        (None, None),
        ({}, None),
        ({"scope": "email"}, "a@b"),
        ({"scope": "people admin other"}, "a@b"),
        ({"scp": ["people", "admin"]}, "a@b"),
        ({"scope": "people"}, None),
        ({"scope": "emails"}, None),
    ],
)
async def test_scopes_open_fields(claims: dict[str, Any] | None, email: str | None) -> None:
    gateway = _gateway(claims)
    _, answer = await gateway.ask("{ me { name e: email } }")
    assert answer["data"] == {"me": {"name": "Ann", "e": email}}
    assert _denied(answer) == ({} if email else {"User.email": ["me", "e"]})
    [request] = gateway.transports["people"].requests
    assert ("email" in request.query) is (email is not None)


async def test_null_goes_up_from_where_it_may_not_stand() -> None:
    _, answer = await _gateway(None).ask("{ users { name salary } }")
    assert answer["data"] is None
    assert _denied(answer) == {"User.salary": ["users"]}
    assert len(answer["errors"]) == 1
    _, answer = await _gateway({"policies": ["payroll"]}).ask("{ users { salary } }")
    assert answer == {"data": {"users": [{"salary": 7}]}}


async def test_nothing_is_asked_when_nothing_may_be_had() -> None:
    gateway = _gateway(None)
    _, answer = await gateway.ask("{ secret }")
    assert (answer["data"], _denied(answer)) == (None, {"Query.secret": ["secret"]})
    assert gateway.transports["people"].requests == []


@pytest.mark.parametrize(
    "document",
    [
        "{ audit { id } }",
        "{ a: audit { ...F } } fragment F on Audit { trail }",
        "{ any { ... on Audit { id trail } } }",
        "{ any { ... on Node { ... on Audit { trail } } } }",
        "{ any { ...F } } fragment F on Node { ...G } fragment G on Audit { t: trail }",
        "{ node { id } }",
        "{ ... on Query { x: audit { trail @include(if: true) } } }",
        "query($yes: Boolean = true) { audit @include(if: $yes) { trail } }",
        "{ ... @defer { audit { trail } } }",
        "{ me { friends { email } email } }",
        "{ me { ... on Node { ... on User { email } } } }",
    ],
)
async def test_no_path_leads_around_a_guard(document: str) -> None:
    gateway = _gateway(None)
    for accept in ("application/json", "multipart/mixed, application/json"):
        response = await gateway.send({"query": document}, accept=accept)
        body = response.body
        if response.stream is not None:
            body = b"".join([part async for part in response.stream])
        assert b':"t"' not in body
        assert b"a@b" not in body
        assert b"UNAUTHORIZED_FIELD_OR_TYPE" in body
    for request in gateway.transports["people"].requests:
        assert not any(word in request.query for word in ("trail", "email", "audit"))


async def test_errors_may_stand_elsewhere_or_nowhere(tmp_path: Path) -> None:
    text = "authorization: {directives: {errors: {response: WHERE}}}"
    _, answer = await _gateway(None, text.replace("WHERE", "extensions"), tmp_path).ask("{ me { email } }")
    assert answer["data"] == {"me": {"email": None}}
    assert "errors" not in answer
    assert answer["extensions"]["authorizationErrors"][0]["path"] == ["me", "email"]
    _, answer = await _gateway(None, text.replace("WHERE", "disabled"), tmp_path).ask("{ me { email } }")
    assert answer == {"data": {"me": {"email": None}}}


async def test_the_whole_may_be_refused(tmp_path: Path) -> None:
    text = "authorization: {directives: {reject_unauthorized: true}}"
    for claims, status, code in ((None, 401, "UNAUTHENTICATED"), ({"sub": "u"}, 403, "FORBIDDEN")):
        response = await _gateway(claims, text, tmp_path).send({"query": "{ me { name email } }"})
        assert (response.status, codes_of(json.loads(response.body))) == (status, [code])
    dry = "authorization: {directives: {dry_run: true}}"
    _, answer = await _gateway(None, dry, tmp_path).ask("{ me { email } }")
    assert answer == {"data": {"me": {"email": "a@b"}}}


async def test_plans_of_different_clients_are_kept_apart() -> None:
    gateway = _gateway({"scope": "email"})
    assert (await gateway.ask("{ me { email } }"))[1]["data"] == {"me": {"email": "a@b"}}
    gateway.pipeline._identifier = As(None)
    for _ in range(4):
        assert (await gateway.ask("{ me { email } }"))[1]["data"] == {"me": {"email": None}}
