"""Formulas are short and endless costs have an end."""

from __future__ import annotations

import sys
import time

from router.core.demand import estimate_cost
from router.core.operation import prepare_operation
from tests.unit.router.core.demand.shop import SLICED, Priced


def _bomb(fragments: int, body: str) -> str:
    parts = (
        f"fragment F{n} on Query {{ {body} ...F{n + 1} ... on Query {{ ...F{n + 1} }} }}"
        for n in range(fragments)
    )
    return f"{{ ...F0 }} {' '.join(parts)} fragment F{fragments} on Query {{ {body} }}"


def test_a_bomb_of_fragments_is_weighed_in_linear_time() -> None:
    assert SLICED.estimate(_bomb(40, "users(first: 1) { name }")) == 2**41 - 1
    document = f"query Q($n: Int!) {_bomb(40, 'users(first: $n) { name }')}"
    formula = SLICED.formula(document)
    assert len(str(formula).splitlines()) == 43
    began = time.perf_counter()
    assert formula.cost({"n": 3}) == 3 * (2**41 - 1)
    assert time.perf_counter() - began < 0.05


def test_a_bomb_of_sized_fields_is_weighed_in_linear_time() -> None:
    conns = " ".join(f"c{n}: films(first: {n}) {{ ...E }}" for n in range(100))
    edges = " ".join(f"e{n}: edges {{ node {{ name }} }}" for n in range(100))
    document = f"{{ {conns} }} fragment E on Films {{ {edges} }}"
    operation = prepare_operation(SLICED.supergraph, document)
    began = time.process_time()
    cost = estimate_cost(SLICED.costs, SLICED.supergraph.api_schema, operation, {}, 100)
    assert time.process_time() - began < 1
    assert cost == sum(1 + n * 100 * 2 for n in range(100))


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


def test_a_step_is_no_number() -> None:
    shop = Priced("""
        type Query { any: Media }
        interface Media { name: String }
        type Book implements Media @cost(weight: 3) { name: String }
        type Film implements Media { name: String @cost(weight: 1) }
    """)
    fragment = "fragment F on Media { name }"
    document = (
        f"query Q($yes: Boolean!) {{ any {{ ...F @include(if: $yes) ...F ... {{ ...F }} }} }} {fragment}"
    )
    assert shop.estimate(document, yes=True) == 1 + 3
    assert shop.estimate(document, yes=False) == 3
    document = "query Q($yes: Boolean!) { a: any @skip(if: $yes) { any: __typename } }"
    assert shop.estimate(document, yes=False) == 3
