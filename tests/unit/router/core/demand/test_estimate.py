"""Estimates by the examples of Apollo's documentation and of the IBM specification."""

from __future__ import annotations

import pytest

from router.core.demand import estimate_cost
from router.core.operation import prepare_operation
from tests.unit.router.core.demand.shop import Priced

BOOKS = Priced(
    """
type Query {
  book(id: ID): Book
  bestsellers: [Book] @listSize(assumedSize: 5)
  newestAdditions(after: ID, limit: Int!): [Book] @listSize(slicingArguments: ["limit"])
  shelves: [[Book]]
  names: [String!]!
  latest: Book @cost(weight: 5)
  ranked: [Book] @cost(weight: 5)
  genre: Genre
  genres: [Genre]
}
type Mutation { rename(id: ID!): Book touch: Boolean }
type Subscription { added: Book }
type Book { title: String author: Author publisher: Publisher sequels: [Book] }
type Author { name: String }
type Publisher { name: String address: Address }
type Address @cost(weight: 5) { zipCode: Int! }
enum Genre @cost(weight: 15) { NOIR }
"""
)
BOOK = "{ title author { name } publisher { name address { zipCode } } }"


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        (f"{{ book(id: 1) {BOOK} }}", 8),
        (f"{{ bestsellers {BOOK} }}", 40),
        (f"{{ newestAdditions(limit: 3) {BOOK} }}", 24),
        (f"{{ newestAdditions(limit: 7) {BOOK} }}", 56),
        ("{ names }", 0),
        ("{ bestsellers { sequels { title } } }", 5 * (1 + 100)),
        ("{ shelves { title } }", 100 * 100),
        ("{ latest { title } }", 5 + 1),
        ("{ ranked { title } }", 5 + 100),
        ("{ genre genres }", 15 + 100 * 15),
        ("{ a: book { title } b: book { title } book { title } }", 3),
        ("mutation { touch }", 10),
        ('mutation { rename(id: "1") { title } }', 11),
        ("subscription { added { title } }", 1),
        ("{ __typename __schema { types { name } } }", 0),
        ('{ __type(name: "Book") { fields { name } } book { __typename } }', 1),
    ],
)
def test_a_document_costs(document: str, cost: float) -> None:
    assert BOOKS.estimate(document) == cost


def test_the_default_is_of_lists_of_which_nothing_is_said() -> None:
    operation = prepare_operation(BOOKS.supergraph, "{ bestsellers { sequels { title } } }")
    schema = BOOKS.supergraph.api_schema
    assert [estimate_cost(BOOKS.costs, schema, operation, {}, size) for size in (0, 1, 10)] == [5, 10, 55]


SKIPPED = "query Q($yes: Boolean!) { book @include(if: $yes) { author @skip(if: $yes) { name } title } latest { title } }"


def test_what_is_skipped_costs_nothing() -> None:
    assert BOOKS.estimate(SKIPPED, yes=True) == 1 + 6
    assert BOOKS.estimate(SKIPPED, yes=False) == 6
    nested = "query Q($yes: Boolean!) { ...F @skip(if: $yes) } fragment F on Query { latest { title } }"
    assert BOOKS.estimate(nested, yes=False) == 6
    assert BOOKS.estimate(nested, yes=True) == 0
    assert BOOKS.estimate("{ book @skip(if: true) { title } latest @include(if: true) { title } }") == 6


MEDIA = Priced(
    """
type Query { any: [Media] @listSize(assumedSize: 10) one: Either node: Node plain: Plain }
interface Media { title: String maker: Maker }
interface Node { id: ID }
type Film implements Media & Node @cost(weight: 3) { id: ID title: String maker: Maker @cost(weight: 2) length: Long }
type Song implements Media @cost(weight: 5) { title: String maker: Maker tracks: [Track] @listSize(assumedSize: 3) }
type Talk implements Media { title: String @cost(weight: 9) maker: Maker }
union Either = Film | Song
interface Plain { id: ID }
type Plan implements Plain { id: ID }
type Maker { name: String }
type Track { name: String }
scalar Long @cost(weight: 4)
"""
)


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ plain { id } }", 1),
        ("{ node { id } }", 3),
        ("{ one { __typename } }", 5),
        ("{ one { ... on Film { title } } }", 5),
        ("{ one { ... on Film { length } } }", 3 + 4),
        ("{ one { ... on Film { length } ... on Song { tracks { name } } } }", 5 + 3),
        ("{ any { __typename } }", 10 * 5),
        ("{ any { title } }", 10 * (1 + 9)),
        ("{ any { maker { name } } }", 10 * (3 + 2 + 1)),
        (
            "{ any { ... on Node { id } ... on Media { title } ... on Song { maker { name } } } }",
            10 * (1 + 9),
        ),
        ("{ any { ... on Either { __typename ... on Song { tracks { name } } } } }", 10 * (5 + 3)),
    ],
)
def test_an_abstract_value_costs_what_its_dearest_type_does(document: str, cost: float) -> None:
    assert MEDIA.estimate(document) == cost
