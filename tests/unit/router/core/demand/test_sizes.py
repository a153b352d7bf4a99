"""How many items a list may have."""

from __future__ import annotations

from typing import Any

import pytest

from router.core.demand import SlicingArgumentsError
from tests.unit.router.core.demand.shop import SLICED


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
        ("{ films(first: 2) { ...E ... { e: edges { node { name } } } } } fragment E on Films { edges { node { name } } }",
         1 + 2 * 2 * 2),
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
