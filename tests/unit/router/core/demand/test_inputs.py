"""What arguments cost."""

from __future__ import annotations

import pytest

from tests.unit.router.core.demand.shop import Priced

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
