"""Costs by the examples of Apollo's documentation and of the IBM specification."""

from __future__ import annotations

from typing import Any

import pytest

from router.core.composition import SubgraphSource, compose
from router.core.demand_control import CostError, Estimate, actual_cost
from router.core.operation import Operation, prepare_operation
from router.core.supergraph import Supergraph, load_supergraph

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", {name: "@cost", as: "@weight"}, "@listSize"])
type Query {
  book(id: ID): Book
  bestsellers: [Book] @listSize(assumedSize: 5)
  newestAdditions(after: ID, limit: Int!): [Book] @listSize(slicingArguments: ["limit"])
  page(first: Int = 7, last: Int): Page
    @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges"], requireOneSlicingArgument: false)
  any: [Media]
  search(filter: Filter, ids: [ID!] @weight(weight: 2)): Int @weight(weight: 3)
}
type Mutation { rename(id: ID!): Book }
interface Media { title: String }
type Book implements Media @key(fields: "id") { id: ID! title: String author: Author publisher: Publisher }
type Author @weight(weight: 4) { name: String books: [Book] }
type Publisher { name: String address: Address }
type Address @weight(weight: 5) { zipCode: Int! }
type Film implements Media { title: String length: Int @weight(weight: 2) }
type Page { edges: [Book] total: Int }
input Filter { text: String deep: Filter heavy: Int @weight(weight: 10) }
"""


@pytest.fixture(scope="module")
def supergraph() -> Supergraph:
    return load_supergraph(compose([SubgraphSource("s", "http://s", SDL)]).supergraph_sdl)


def _estimate(supergraph: Supergraph, document: str, **variables: Any) -> float:
    operation = prepare_operation(supergraph, document)
    return Estimate(operation, list_size=10).cost(operation.coerce_variables(variables))


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ book(id: 1) { title } }", 1),
        ("{ book(id: 1) { title author { name } publisher { name address { zipCode } } } }", 1 + 4 + 1 + 5),
        ("{ bestsellers { title author { name } } }", 5 * (1 + 4)),
        ("{ newestAdditions(limit: 3) { title publisher { name } } }", 3 * 2),
        ("{ any { title } }", 10),
        ("{ any { ... on Film { length } ... on Book { publisher { name } } } }", 10 * (1 + 2 + 1)),
        ("{ page(first: 4) { total edges { id } } }", 1 + 4),
        ("{ page { edges { id } } }", 1 + 7),
        ("{ page(first: 4, last: 6) { edges { id } } }", 1 + 6),
        ("{ page(first: -4) { edges { id } } }", 1),
        ("{ search }", 3),
        ('{ search(filter: {text: "a", deep: {heavy: 1}}) }', 3 + 1 + 1 + 10),
        ('{ search(ids: ["1", "2"]) }', 3 + 2 + 2 * 2),
        ('mutation { rename(id: "1") { title } }', 10 + 1),
        ("{ __typename __schema { types { name } } }", 0),
    ],
)
def test_a_document_costs(supergraph: Supergraph, document: str, cost: float) -> None:
    assert _estimate(supergraph, document) == cost


def test_variables_count_as_literals_do(supergraph: Supergraph) -> None:
    document = "query Q($n: Int!, $with: Boolean!) { newestAdditions(limit: $n) { author @include(if: $with) { name } } }"
    assert _estimate(supergraph, document, n=6, **{"with": True}) == 6 * 5
    assert _estimate(supergraph, document, n=6, **{"with": False}) == 6
    filtered = "query Q($f: Filter) { search(filter: $f) }"
    assert _estimate(supergraph, filtered, f={"deep": {"heavy": 2}}) == 3 + 1 + 1 + 10
    assert _estimate(supergraph, filtered, f=None) == 3


def test_a_list_that_wants_one_slicing_argument_is_told_so() -> None:
    sdl = SDL.replace("limit: Int!", "limit: Int")
    supergraph = load_supergraph(compose([SubgraphSource("s", "http://s", sdl)]).supergraph_sdl)
    with pytest.raises(CostError, match=r"Query\.newestAdditions takes exactly one .* limit"):
        _estimate(supergraph, "{ newestAdditions { title } }")


def test_a_bomb_of_fragments_is_weighed_at_once(supergraph: Supergraph) -> None:
    document = "{ ...F0 } " + " ".join(
        f"fragment F{n} on Query {{ a{n}: book {{ id }} ...F{n + 1} ... on Query {{ ...F{n + 1} }} }}"
        for n in range(40)
    )
    cost = _estimate(supergraph, f"{document} fragment F40 on Query {{ book {{ id }} }}")
    assert cost == 2**41 - 1


def _prepared(supergraph: Supergraph, document: str) -> Operation:
    return prepare_operation(supergraph, document)


def test_what_came_is_what_it_did_cost(supergraph: Supergraph) -> None:
    operation = _prepared(
        supergraph, "{ any { __typename title ... on Film { length } ... on Book { publisher { name } } } }"
    )
    data = {
        "any": [
            {"__typename": "Film", "title": "A", "length": 3},
            {"__typename": "Book", "title": "B", "publisher": {"name": "P"}},
            {"__typename": "Book", "title": "C", "publisher": None},
            None,
        ]
    }
    assert actual_cost(operation, {}, data) == (1 + 2) + (1 + 1) + 1
    assert actual_cost(operation, {}, None) == 0
    assert (
        actual_cost(_prepared(supergraph, 'mutation { rename(id: "1") { id } }'), {}, {"rename": None}) == 10
    )
