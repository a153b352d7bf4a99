"""Estimates by the examples of Apollo's documentation and of the IBM specification."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from router.core.demand import SlicingArgumentsError, estimate_cost
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


SLICED = Priced(
    """
type Query {
  users(first: Int, last: Int): [User] @listSize(slicingArguments: ["first", "last"])
  loose(first: Int, last: Int, max: Int = 4): [User]
    @listSize(slicingArguments: ["first", "last"], assumedSize: 6, requireOneSlicingArgument: false)
  films(first: Int = 10, after: ID): Films @listSize(slicingArguments: ["first"], sizedFields: ["edges"])
  byIds(ids: [ID!]!): [User] @listSize(slicingArguments: ["ids"])
  search(input: Search): [User]
    @listSize(slicingArguments: ["input.page.first"], assumedSize: 25, requireOneSlicingArgument: false)
  unsaid(first: Int): Films
    @listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)
  deep(first: Int = 10): Deep
    @listSize(slicingArguments: ["first"], sizedFields: ["page", "results { page }"])
  huge(first: Long): [User] @listSize(slicingArguments: ["first"])
}
scalar Long
type User { name: String friends: [User] }
type Films { edges: [Edge] own: [User] total: Int }
type Edge { node: User }
type Deep { page: [User] results: Results pages: [Results] }
type Results { page: [User] other: [User] }
input Search { page: Page text: String }
input Page { first: Int = 3 after: ID }
""",
)


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ users(first: 3) { name } }", 3),
        ("{ users(first: null, last: 4) { name } }", 4),
        ("{ users(first: 0) { friends { name } } }", 0),
        ("{ users(first: -5) { name } }", 0),
        ("{ users(first: 2147483647) { name } }", 2**31 - 1),
        (f"{{ huge(first: 1{'0' * 400}) {{ name }} }}", 2**31 - 1),
        ("{ loose { name } }", 6),
        ("{ loose(first: null, last: null) { name } }", 6),
        ("{ loose(first: 2, last: 9) { name } }", 9),
        ("{ films { edges { node { name } } } }", 1 + 10 * 2),
        ("{ films(first: 2) { edges { node { name } } own { name } total } }", 1 + 2 * 2 + 100),
        ("{ films(first: 2) { ...E ... { ... on Films { e: edges { node { name } } } } } } "
         "fragment E on Films { edges { node { name } } }", 1 + 2 * 2 * 2),
        ('{ byIds(ids: ["a", "b", "c"]) { name } }', 3),
        ("{ byIds(ids: []) { name } }", 0),
        ('{ byIds(ids: "a") { name } }', 1),
        ("{ search(input: {page: {first: 8}}) { name } }", 2 + 8),
        ("{ search(input: {page: {}}) { name } }", 2 + 3),
        ("{ search(input: {page: {first: null}}) { name } }", 2 + 25),
        ("{ search(input: {text: \"a\"}) { name } }", 1 + 25),
        ("{ search { name } }", 25),
        ("{ unsaid { edges { node { name } } } }", 1 + 100 * 2),
        ("{ unsaid(first: 4) { edges { node { name } } } }", 1 + 4 * 2),
        ("{ deep(first: 5) { page { name } results { page { name } } } }", 1 + 5 + 1 + 5),
        ("{ deep { results { other { name } } } }", 1 + 1 + 100),
        ("{ deep(first: 5) { pages { page { name } } } }", 1 + 100 * (1 + 100)),
    ],
)  # fmt: skip
def test_a_list_has_as_many_items_as_are_asked_for(document: str, cost: float) -> None:
    assert SLICED.estimate(document) == cost


@pytest.mark.parametrize(
    ("variables", "cost"),
    [
        ({"n": 5}, 5),
        ({"n": 5.0}, 5),
        ({"n": -1}, 0),
        ({"n": 2**31 - 1}, 2**31 - 1),
        ({"n": None}, 6),
        ({}, 6),
    ],
)
def test_variables_slice_as_literals_do(variables: dict[str, Any], cost: float) -> None:
    assert SLICED.estimate("query Q($n: Int) { loose(first: $n) { name } }", **variables) == cost


def test_a_variable_left_out_leaves_the_default_of_its_argument() -> None:
    document = "query Q($n: Int) { films(first: $n) { edges { node { name } } } }"
    assert SLICED.estimate(document) == 1 + 10 * 2
    assert SLICED.estimate(document, n=3) == 1 + 3 * 2
    with pytest.raises(SlicingArgumentsError):
        SLICED.estimate(document, n=None)
    assert SLICED.estimate(document.replace("$n: Int", "$n: Int = 6")) == 1 + 6 * 2


def test_variables_slice_at_any_depth() -> None:
    whole = "query Q($s: Search) { search(input: $s) { name } }"
    assert SLICED.estimate(whole, s={"page": {"first": 7}}) == 2 + 7
    assert SLICED.estimate(whole, s={"page": {}}) == 2 + 3
    assert SLICED.estimate(whole, s={"page": None}) == 1 + 25
    assert SLICED.estimate(whole, s={}) == 1 + 25
    assert SLICED.estimate(whole, s=None) == 25
    part = "query Q($p: Page) { search(input: {page: $p}) { name } }"
    assert SLICED.estimate(part, p={"first": 4}) == 2 + 4
    leaf = "query Q($n: Int) { search(input: {page: {first: $n}}) { name } }"
    assert SLICED.estimate(leaf, n=4) == 2 + 4
    assert SLICED.estimate(leaf) == 2 + 3
    ids = "query Q($ids: [ID!]!) { byIds(ids: $ids) { name } }"
    assert SLICED.estimate(ids, ids=["a", "b"]) == 2
    assert SLICED.estimate(ids, ids="a") == 1


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("{ users { name } }", 0),
        ("{ users(first: null) { name } }", 0),
        ("{ users(first: 1, last: 2) { name } }", 2),
        ("query Q($yes: Boolean = true, $n: Int) { users(first: $n) @include(if: $yes) { name } }", 0),
        ("query Q($n: Int = 1) { loose(first: 0) { name } users(first: $n, last: $n) { name } }", 2),
    ],
)
def test_a_list_that_wants_one_slicing_argument_is_told_so(document: str, found: int) -> None:
    with pytest.raises(SlicingArgumentsError) as refused:
        SLICED.estimate(document)
    assert str(refused.value) == (
        f"Query.users takes exactly one of its slicing arguments (first, last), not {found}."
    )
    assert refused.value.code == "COST_QUERY_PARSE_FAILURE"
    assert (refused.value.coordinate, refused.value.found) == ("Query.users", found)


def test_nothing_is_wanted_of_what_is_skipped() -> None:
    document = "query Q($no: Boolean!) { films { total } users @include(if: $no) { name } }"
    assert SLICED.estimate(document, no=False) == 1
    with pytest.raises(SlicingArgumentsError):
        SLICED.estimate(document, no=True)


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


INPUTS = Priced(
    """
type Query {
  one(arg: Int @cost(weight: 10)): Int
  two(filter: Filter, ids: [ID!] @cost(weight: 2), mood: Mood): Int @cost(weight: 3)
  weighted(filter: Filter @cost(weight: 15)): [String] @cost(weight: 5) @listSize(assumedSize: 10)
  cheaper(approx: Boolean @cost(weight: -3)): Thing @cost(weight: 5)
  free(approx: Boolean @cost(weight: -50), exact: Boolean @cost(weight: 5)): Thing @cost(weight: 5)
  json(value: Json): Int
}
scalar Json
enum Mood @cost(weight: 6) { GOOD }
type Thing { name: String inner: Thing }
input Filter { text: String deep: Filter many: [Filter!] heavy: Int @cost(weight: 10) approx: Boolean @cost(weight: -12) }
"""
)


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ one }", 0),
        ("{ one(arg: 3) }", 10),
        ("{ one(arg: null) }", 0),
        ("{ two }", 3),
        ("{ two(filter: null) }", 3),
        ('{ two(filter: {text: "a", deep: {heavy: 1}}) }', 3 + 1 + 1 + 10),
        ("{ two(filter: {many: [{heavy: 1}, {}]}) }", 3 + 1 + 11 + 1),
        ('{ two(ids: ["1", "2"]) }', 3 + 2 + 2 * 2),
        ("{ two(mood: GOOD) }", 3 + 6),
        ('{ weighted(filter: {text: "a"}) }', 20),
        ("{ weighted(filter: {approx: true}) }", 8),
        ("{ cheaper { name } }", 6),
        ("{ cheaper(approx: true) { name } }", 3),
        ("{ free(approx: true) { inner { name } } }", 2),
        ("{ free(approx: true, exact: true) { name } }", 1),
        ("{ json(value: {a: [1, {b: 2}]}) }", 0),
    ],
)
def test_arguments_cost_once(document: str, cost: float) -> None:
    assert INPUTS.estimate(document) == cost


def test_what_variables_hold_costs_as_if_it_were_written() -> None:
    whole = "query Q($f: Filter) { two(filter: $f) }"
    assert INPUTS.estimate(whole, f={"deep": {"heavy": 2}, "many": [{}, {}]}) == 3 + 1 + 11 + 2
    assert INPUTS.estimate(whole, f=None) == 3
    assert INPUTS.estimate(whole) == 3
    part = "query Q($f: Filter, $n: Int) { two(filter: {deep: $f, heavy: $n}) }"
    assert INPUTS.estimate(part, f={"heavy": 1}, n=1) == 3 + 1 + 11 + 10
    assert INPUTS.estimate(part, n=None) == 3 + 1
    assert INPUTS.estimate("query Q($v: Json) { json(value: $v) }", v={"field.with.dots": [1]}) == 0
    free = "query Q($a: Boolean, $e: Boolean) { free(approx: $a, exact: $e) { name } }"
    assert INPUTS.estimate(free, a=True, e=True) == 1
    assert INPUTS.estimate(free, e=True) == 5 + 5 + 1


def _bomb(fragments: int, body: str) -> str:
    parts = (
        f"fragment F{n} on Query {{ {body} ...F{n + 1} ... on Query {{ ...F{n + 1} }} }}"
        for n in range(fragments)
    )
    return f"{{ ...F0 }} {' '.join(parts)} fragment F{fragments} on Query {{ {body} }}"


def test_a_bomb_of_fragments_is_weighed_in_linear_time() -> None:
    assert BOOKS.estimate(_bomb(40, "book { title }")) == 2**41 - 1
    document = f"query Q($n: Int!) {_bomb(40, 'users(first: $n) { name }')}"
    formula = SLICED.formula(document)
    assert len(str(formula).splitlines()) == 42
    began = time.perf_counter()
    assert formula.cost({"n": 3}) == 3 * (2**41 - 1)
    assert time.perf_counter() - began < 0.05


def test_a_bomb_of_sized_fields_is_weighed_in_linear_time() -> None:
    conns = " ".join(f"c{n}: films(first: {n}) {{ ...E }}" for n in range(400))
    edges = " ".join(f"e{n}: edges {{ node {{ name }} }}" for n in range(400))
    document = f"{{ {conns} }} fragment E on Films {{ {edges} }}"
    operation = prepare_operation(SLICED.supergraph, document)
    began = time.process_time()
    cost = estimate_cost(SLICED.costs, SLICED.supergraph.api_schema, operation, {}, 100)
    assert time.process_time() - began < 1
    assert cost == sum(1 + n * 400 * 2 for n in range(400))


def test_a_bomb_of_lists_costs_no_more_than_can_be_written() -> None:
    def nest(depth: int) -> str:
        return f"friends {{ {nest(depth - 1)} }}" if depth else "name"

    document = f"query Q($n: Int) {{ users(first: $n) {{ {nest(180)} }} }}"
    assert SLICED.estimate(document, n=2**31 - 1) == sys.float_info.max
    assert SLICED.estimate(document, n=0) == 0
    assert SLICED.estimate(f"{{ users(first: 0) {{ {nest(180)} }} }}") == 0


def test_a_formula_prints_itself() -> None:
    document = """
        query Q($n: Int, $s: Search, $yes: Boolean!) {
          films(first: $n) { edges { node { name } } }
          search(input: $s) { friends @skip(if: $yes) { name } }
        }"""
    assert str(SLICED.formula(document)) == "\n".join(
        [
            "#0 = size of Query.films by $n",
            "#1 = #0 × 2, else 200",
            "#2 = 1 + #1",
            "#3 = size of Query.search by $s.page.first",
            "#4 = 100 @skip(if: $yes)",
            "#5 = 1 + #4",
            "#6 = input $s",
            "#7 = max(0, #6)",
            "#8 = 100 × #5",
            "#9 = #3 × #5, else #8",
            "#10 = #7 + #9",
            "#11 = #2 + #10",
            "cost = #11",
        ]
    )
