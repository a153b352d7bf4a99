"""A shop in six subgraphs, and the same shop as one schema: what the router answers must be what one schema would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema, build_schema, print_schema

from tests.support.federation import MemoryGraph, MemorySubgraph

ACCOUNTS = """
type Query { me: User users: [User!]! }
type User @key(fields: "id") @key(fields: "login") {
  id: ID!
  login: ID!
  name: String @shareable
  email: String
  address: Address @shareable
}
type Address @shareable { city: String country: String }
"""
PRODUCTS = """
type Query { products: [Product!]! product(upc: ID!): Product search: [Found] }
interface Product { upc: ID! name: String price: Int }
type Book implements Product @key(fields: "upc") {
  upc: ID!
  name: String
  price: Int
  pages: Int
  weight: Int
  maker: Maker @shareable
}
type Maker { code: ID @shareable name: String }
type Film implements Product @key(fields: "upc") { upc: ID! name: String price: Int minutes: Int }
type User @key(fields: "id", resolvable: false) { id: ID! }
union Found = Book | Film | User
"""
REVIEWS = """
type Query { latestReviews: [Review!]! }
interface Product { upc: ID! reviews: [Review!] }
type Book implements Product @key(fields: "upc") { upc: ID! reviews: [Review!] }
type Film implements Product @key(fields: "upc") { upc: ID! reviews: [Review!] }
type User @key(fields: "id") { id: ID! name: String @external reviews: [Review!] }
type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "name") product: Product }
"""
SHIPPING = """
type Book @key(fields: "upc") {
  upc: ID!
  price: Int @external
  weight: Int @external
  shippingCost: Int @requires(fields: "price weight")
}
type Review @key(fields: "id") { id: ID! depth: Int }
"""
STAFF = """
type User @key(fields: "login") { login: ID! salary: Int boss: User }
"""
WAREHOUSE = """
type Query { stocked: [Book!]! }
type Book @key(fields: "upc maker { code }") { upc: ID! maker: Maker @shareable stock: Int }
type Maker { code: ID @shareable city: String }
"""

USERS: list[dict[str, Any]] = [
    {
        "__typename": "User",
        "id": "u1",
        "login": "ada",
        "name": "Ada",
        "email": "ada@example.org",
        "address": {"city": "London"},
    },
    {"__typename": "User", "id": "u2", "login": "bo", "name": "Bo", "email": None, "address": None},
]
PRODUCT_LIST: list[dict[str, Any]] = [
    {"__typename": "Book", "upc": "b1", "name": "Lisp", "price": 10, "pages": 300, "weight": 2},
    {"__typename": "Film", "upc": "f1", "name": "Metropolis", "price": 5, "minutes": 153},
    {"__typename": "Book", "upc": "b2", "name": None, "price": 7, "pages": 100, "weight": 3},
]
REVIEW_LIST: list[dict[str, Any]] = [
    {
        "__typename": "Review",
        "id": "r1",
        "body": "good",
        "author": USERS[0],
        "product": PRODUCT_LIST[0],
        "depth": 1,
    },
    {
        "__typename": "Review",
        "id": "r2",
        "body": None,
        "author": USERS[1],
        "product": PRODUCT_LIST[1],
        "depth": 2,
    },
    {
        "__typename": "Review",
        "id": "r3",
        "body": "long",
        "author": None,
        "product": PRODUCT_LIST[0],
        "depth": 3,
    },
]
for _number, _item in enumerate(USERS):
    _item |= {"salary": _number * 100, "boss": USERS[0] if _number else None}
for _number, _item in enumerate(PRODUCT_LIST):
    if _item["__typename"] == "Book":
        _maker = {"code": f"m{_number}", "name": f"Maker {_number}", "city": "Oslo"}
        _item |= {"stock": _number, "maker": _maker}
for _item in [*USERS, *PRODUCT_LIST]:
    _item["reviews"] = [
        review for review in REVIEW_LIST if review["author"] is _item or review["product"] is _item
    ]
for _item in PRODUCT_LIST:
    if _item["__typename"] == "Book":
        _item["shippingCost"] = _item["price"] * _item["weight"]

_BY_ID = {item.get("upc") or item["id"]: item for item in [*USERS, *PRODUCT_LIST, *REVIEW_LIST]}
_BY_LOGIN = {user["login"]: user for user in USERS}


def _find(representation: Mapping[str, Any]) -> Any:
    if "login" in representation:
        return _BY_LOGIN.get(str(representation["login"]))
    return _BY_ID.get(str(representation.get("upc") or representation.get("id")))


def _find_stock(representation: Mapping[str, Any]) -> Any:
    """By the whole key: half of it finds nothing."""
    found = _BY_ID.get(str(representation["upc"]))
    is_same = found is not None and found["maker"]["code"] == representation["maker"]["code"]
    return found if is_same else None


def _ship(representation: Mapping[str, Any]) -> Any:
    """Only from what is sent: a missing requirement must show."""
    found = {"__typename": representation["__typename"], **representation}
    if representation["__typename"] == "Book":
        price, weight = representation.get("price"), representation.get("weight")
        found["shippingCost"] = None if price is None or weight is None else price * weight
    else:
        found["depth"] = _BY_ID[str(representation["id"])]["depth"]
    return found


_PRODUCT_ROOTS = {
    "products": PRODUCT_LIST,
    "product": lambda _info, upc: _BY_ID.get(upc),
    "search": [PRODUCT_LIST[1], USERS[0], None, PRODUCT_LIST[2]],
}
_STOCKED = [PRODUCT_LIST[0], PRODUCT_LIST[2]]
_ROOTS = {
    "me": USERS[0],
    "users": USERS,
    "latestReviews": REVIEW_LIST,
    "stocked": _STOCKED,
    **_PRODUCT_ROOTS,
}


def make_shop() -> MemoryGraph:
    return MemoryGraph(
        [
            MemorySubgraph("accounts", ACCOUNTS, {"me": USERS[0], "users": USERS}, _find),
            MemorySubgraph("products", PRODUCTS, _PRODUCT_ROOTS, _find),
            MemorySubgraph("reviews", REVIEWS, {"latestReviews": REVIEW_LIST}, _find),
            MemorySubgraph("shipping", SHIPPING, {}, _ship),
            MemorySubgraph("staff", STAFF, {}, _find),
            MemorySubgraph("warehouse", WAREHOUSE, {"stocked": _STOCKED}, _find_stock),
        ]
    )


def make_monolith(shop: MemoryGraph) -> tuple[GraphQLSchema, Mapping[str, Any]]:
    """The API schema as an ordinary schema, and its root value."""
    schema = build_schema(print_schema(shop.supergraph.api_schema))
    # Its executor refuses schemas that know @defer.
    schema.directives = tuple(directive for directive in schema.directives if directive.name != "defer")
    return schema, _ROOTS
