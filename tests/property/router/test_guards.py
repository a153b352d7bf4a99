"""A guarded field is out of reach by whatever operation: no value of one is ever shown or asked for."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from router.pipeline.messages import Client, HttpRequest
from tests.support.gateway import Gateway

PEOPLE = """
type Query { me: User people: [User!]! node: Node any: Thing vault: Vault }
interface Node { id: ID! label: String }
type User implements Node @key(fields: "id") {
  id: ID!
  label: String
  email: String @authenticated
  phone: String @requiresScopes(scopes: [["phone"]])
  boss: User
  team: [Node]
  notes: [Note!]
}
type Note { text: String secret: String @policy(policies: [["audit"]]) }
type Vault implements Node @authenticated { id: ID! label: String content: String inner: Vault }
type Robot implements Node { id: ID! label: String code: String @requiresScopes(scopes: [["robots", "read"], ["root"]]) }
union Thing = User | Vault | Robot
"""
MAIL = """
type Query { inbox: [Letter!] }
type User @key(fields: "id") { id: ID! letters: [Letter!] @authenticated rank: Int }
type Letter { subject: String body: String @policy(policies: [["postman"], ["audit", "chief"]]) to: User }
"""
NOTE = {"text": "t", "secret": "SECRET-note"}
BOSS = {
    "__typename": "User", "id": "1", "label": "Ann", "email": "SECRET-email", "phone": "SECRET-phone",
    "boss": None, "team": [], "notes": [NOTE], "rank": 1,
}  # fmt: skip
LETTER = {"subject": "Hi", "body": "SECRET-body", "to": {"__typename": "User", "id": "1"}}
VAULT = {"__typename": "Vault", "id": "9", "label": "SECRET-vault", "content": "SECRET-gold", "inner": None}
ROBOT = {"__typename": "Robot", "id": "7", "label": "R2", "code": "SECRET-code"}
USER = {**BOSS, "id": "2", "boss": BOSS, "team": [BOSS, ROBOT, VAULT]}
ROOTS: dict[str, dict[str, Any]] = {
    "people": {
        "_entities": lambda told: {**BOSS, "id": told["id"]},
        "me": USER,
        "people": [USER, BOSS],
        "node": ROBOT,
        "any": VAULT,
        "vault": VAULT,
    },
    "mail": {
        "inbox": [LETTER],
        "_entities": lambda told: {**told, "letters": [LETTER], "rank": 1},
    },
}


class Asker:
    """Everyone has these claims."""

    def __init__(self, claims: dict[str, Any] | None) -> None:
        self.claims = claims

    async def identify(self, _request: HttpRequest) -> Client:
        return Client("somebody", self.claims)


class Writer:
    """Operations of every form: aliases, fragments of all kinds, conditions, what is deferred."""

    def __init__(self, schema: GraphQLSchema, draw: random.Random) -> None:
        self._schema = schema
        self._draw = draw
        self._fragments: list[str] = []
        self._aliases = 0

    def write(self) -> str:
        body = self._selections("Query", 4)
        return f"query Q($yes: Boolean = true, $no: Boolean = false) {{ {body} }} {' '.join(self._fragments)}"

    def _selections(self, on: str, depth: int) -> str:
        return " ".join(self._selection(on, depth) for _ in range(self._draw.randint(1, 4)))

    def _selection(self, on: str, depth: int) -> str:
        type_ = self._schema.type_map[on]
        kind = self._draw.random()
        if depth and kind < 0.35:
            return self._fragment(self._draw.choice(self._related(type_)), depth)
        fields = [] if isinstance(type_, GraphQLUnionType) else list(getattr(type_, "fields", {}).items())
        if not fields:
            return "__typename"
        name, field = self._draw.choice(fields)
        inner = get_named_type(field.type)
        if not is_leaf_type(inner) and not depth:
            return "__typename"
        self._aliases += 1
        alias = (
            self._draw.choice(["", f"a{self._aliases}: "]) if is_leaf_type(inner) else f"a{self._aliases}: "
        )
        below = "" if is_leaf_type(inner) else f" {{ {self._selections(inner.name, depth - 1)} }}"
        return f"{alias}{name}{self._condition()}{below}"

    def _fragment(self, on: str, depth: int) -> str:
        body = self._selections(on, depth - 1)
        directive = self._draw.choice([self._condition(), " @defer"])
        if self._draw.random() < 0.5:
            return f"... on {on}{directive} {{ {body} }}"
        name = f"F{len(self._fragments)}"
        self._fragments.append(f"fragment {name} on {on} {{ {body} }}")
        return f"...{name}{directive}"

    def _condition(self) -> str:
        return self._draw.choice(["", "", " @include(if: $yes)", " @skip(if: $no)", " @include(if: true)"])

    def _related(self, type_: Any) -> list[str]:
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            return [type_.name, *(each.name for each in self._schema.get_possible_types(type_))]
        assert isinstance(type_, GraphQLObjectType)
        return [type_.name, *(each.name for each in type_.interfaces)]


@pytest.fixture
def gateway() -> Gateway:
    return Gateway(
        {"people": (PEOPLE, ROOTS["people"]), "mail": (MAIL, ROOTS["mail"])}, identifier=Asker(None)
    )


@pytest.mark.parametrize("seed", range(80))
async def test_who_has_no_rights_sees_nothing_guarded(gateway: Gateway, seed: int) -> None:
    schema = gateway.pipeline.engine.supergraph.api_schema
    document = Writer(schema, random.Random(seed)).write()
    for accept in ("application/json", "multipart/mixed, application/json", "text/event-stream"):
        body = await _body(gateway, document, accept)
        assert b"SECRET" not in body, document
    asked = " ".join(
        request.query for transport in gateway.transports.values() for request in transport.requests
    )
    for word in ("email", "phone", "secret", "content", "code", "letters", "body", "vault"):
        assert f" {word} " not in f" {asked.replace('{', ' ').replace('}', ' ')} ", document


@pytest.mark.parametrize("seed", range(20))
async def test_rights_of_one_open_nothing_for_the_next(gateway: Gateway, seed: int) -> None:
    """Whatever is kept between requests (plans, shapes) is kept by what its client may have."""
    schema = gateway.pipeline.engine.supergraph.api_schema
    document = Writer(schema, random.Random(seed)).write()
    rights = {"scope": "phone robots read root", "policies": ["audit", "postman", "chief"]}
    asker = Asker(None)
    gateway.pipeline._identifier = asker
    seen: dict[bool, set[bytes]] = {True: set(), False: set()}
    for number in range(8):
        asker.claims = rights if number % 2 else None
        answer = json.loads(await _body(gateway, document, "application/json"))
        answer["errors"] = sorted(map(json.dumps, answer.get("errors", [])))
        seen[bool(number % 2)].add(json.dumps(answer).encode())
    assert len(seen[True]) == len(seen[False]) == 1, document
    assert b"SECRET" not in seen[False].pop()
    assert b"UNAUTHORIZED" not in seen[True].pop()


async def _body(gateway: Gateway, document: str, accept: str) -> bytes:
    response = await gateway.send({"query": document}, accept=accept)
    if response.stream is not None:
        return b"".join([part async for part in response.stream])
    assert response.status == 200 or not json.loads(response.body).get("data"), response.body
    return response.body
