"""Subgraphs that link to no federation are read as Federation 1."""

from __future__ import annotations

from router.core.composition import Composition, SubgraphSource, compose
from tests.unit.router.core.composition.federation import LINK, types_of

ACCOUNTS = """
type Query { me: User }
type User @key(fields: "id") { id: ID! name: String }
type Address { street: String }
"""

REVIEWS = """
extend type User @key(fields: "id") {
  id: ID! @external
  name: String @external
  email: String @external
  address: Address
  greeting: String @requires(fields: "name")
}
type Address { street: String }
"""

EXPECTED = """\
type Address
  @join__type(graph: ACCOUNTS)
  @join__type(graph: REVIEWS)
{
  street: String
}

type Query
  @join__type(graph: ACCOUNTS)
  @join__type(graph: REVIEWS)
{
  me: User @join__field(graph: ACCOUNTS)
}

type User
  @join__type(graph: ACCOUNTS, key: "id")
  @join__type(graph: REVIEWS, key: "id")
{
  id: ID!
  name: String @join__field(graph: ACCOUNTS) @join__field(graph: REVIEWS, external: true)
  address: Address @join__field(graph: REVIEWS)
  greeting: String @join__field(graph: REVIEWS, requires: "name")
}"""


def _compose(**sdls: str) -> Composition:
    return compose([SubgraphSource(name, "", sdl) for name, sdl in sdls.items()])


def test_federation_1_composes() -> None:
    composition = _compose(accounts=ACCOUNTS, reviews=REVIEWS)
    assert types_of(composition, "Address", "Query", "User") == EXPECTED


def test_both_generations_compose_together() -> None:
    newer = LINK + ACCOUNTS.replace("type Address", "type Address @shareable")
    assert types_of(_compose(accounts=newer, reviews=REVIEWS), "Address", "Query", "User") == EXPECTED
