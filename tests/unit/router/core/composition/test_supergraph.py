"""Whole supergraphs, compared with what Apollo's composition prints for the same subgraphs."""

from __future__ import annotations

from itertools import permutations

import pytest
from graphql import build_schema

from router.core.composition import SubgraphSource, compose
from tests.unit.router.core.composition.federation import LINK, compose_sdls, types_of

PRODUCTS = """
"The catalogue"
type Query { topProducts(first: Int = 5): [Product!]! }
"Something for sale"
type Product @key(fields: "id") @key(fields: "sku brand { id }") {
  id: ID!
  sku: String!
  brand: Brand!
  "In cents"
  price: Int
  weight: Int! @deprecated(reason: "use size")
}
type Brand @shareable { id: ID! }
"""

REVIEWS = """
type Product @key(fields: "id") {
  id: ID!
  price: Int @external
  reviews: [Review!]! @tag(name: "public")
  shippingEstimate: Int @requires(fields: "price")
}
type Review { body: String author: User @provides(fields: "name") }
type User @key(fields: "id", resolvable: false) { id: ID! name: String @external }
"""

USERS = """
type Query { me: User }
type User @key(fields: "id") { id: ID! name: String @shareable }
"""

HEADER = """\
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/tag/v0.3")
{
  query: Query
}

directive @join__directive"""

TYPES = '''\
type Brand
  @join__type(graph: PRODUCTS)
{
  id: ID!
}

enum join__Graph {
  PRODUCTS @join__graph(name: "products", url: "http://products")
  REVIEWS @join__graph(name: "reviews", url: "http://reviews")
  USERS @join__graph(name: "users", url: "http://users")
}

"""Something for sale"""
type Product
  @join__type(graph: PRODUCTS, key: "id")
  @join__type(graph: PRODUCTS, key: "sku brand { id }")
  @join__type(graph: REVIEWS, key: "id")
{
  id: ID!
  sku: String! @join__field(graph: PRODUCTS)
  brand: Brand! @join__field(graph: PRODUCTS)

  """In cents"""
  price: Int @join__field(graph: PRODUCTS) @join__field(graph: REVIEWS, external: true)
  weight: Int! @join__field(graph: PRODUCTS) @deprecated(reason: "use size")
  reviews: [Review!]! @join__field(graph: REVIEWS) @tag(name: "public")
  shippingEstimate: Int @join__field(graph: REVIEWS, requires: "price")
}

"""The catalogue"""
type Query
  @join__type(graph: PRODUCTS)
  @join__type(graph: REVIEWS)
  @join__type(graph: USERS)
{
  topProducts(first: Int = 5): [Product!]! @join__field(graph: PRODUCTS)
  me: User @join__field(graph: USERS)
}

type Review
  @join__type(graph: REVIEWS)
{
  body: String
  author: User @join__field(graph: REVIEWS, provides: "name")
}

type User
  @join__type(graph: REVIEWS, key: "id", resolvable: false)
  @join__type(graph: USERS, key: "id")
{
  id: ID!
  name: String @join__field(graph: REVIEWS, external: true) @join__field(graph: USERS)
}'''


def test_a_supergraph_says_who_resolves_what() -> None:
    composition = compose_sdls(products=PRODUCTS, reviews=REVIEWS, users=USERS)
    assert composition.supergraph_sdl.startswith(HEADER)
    assert types_of(composition, "join__Graph", "Brand", "Product", "Query", "Review", "User") == TYPES
    assert composition.hints == ()


def test_a_supergraph_defines_all_that_it_uses() -> None:
    schema = build_schema(compose_sdls(products=PRODUCTS, reviews=REVIEWS, users=USERS).supergraph_sdl)
    assert {"link", "tag", "join__field", "join__directive"} <= {d.name for d in schema.directives}
    assert {"join__FieldSet", "join__ContextArgument", "link__Purpose"} <= schema.type_map.keys()


def test_the_order_of_subgraphs_does_not_matter() -> None:
    sources = [
        SubgraphSource(name, "", LINK + sdl)
        for name, sdl in (("users", USERS), ("products", PRODUCTS), ("reviews", REVIEWS))
    ]
    assert len({compose(order).supergraph_sdl for order in permutations(sources)}) == 1


@pytest.mark.parametrize(
    ("names", "graphs"),
    [
        (["user-data", "user_data"], ["USER_DATA_1", "USER_DATA_2"]),
        (["2fa"], ["_2FA"]),
        (["shard_1"], ["SHARD_1_"]),
        (["Mixed.Case"], ["MIXED_CASE"]),
    ],
)
def test_every_name_becomes_an_enum_value(names: list[str], graphs: list[str]) -> None:
    sdl = LINK + "type Query { a: Int @shareable }"
    composition = compose([SubgraphSource(name, "", sdl) for name in names])
    lines = types_of(composition, "join__Graph").splitlines()[1:-1]
    assert [line.split()[0] for line in lines] == graphs
