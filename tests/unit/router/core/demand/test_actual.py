"""What came is what it did cost."""

from __future__ import annotations

from typing import Any

import pytest

from router.core.authorization import demands_of, restrict
from router.core.demand import ActualCost, compile_estimate
from router.core.operation import prepare_operation
from tests.unit.router.core.demand.shop import COST, Priced

SHOP = Priced(
    """
type Query { user(id: ID): User @cost(weight: 2) users(first: Int = 2, seen: Boolean @cost(weight: 3)): [User]
  any: [Media] grid: [[User]] genre: Genre genres: [Genre] count: Int secret: User @authenticated
  one(filter: Filter): Int same: Same }
type Mutation { rename: User }
type User { name: String friends: [User] }
interface Media { title: String by: User }
type Film implements Media @cost(weight: 3) { title: String by: User @cost(weight: 4) length: Int }
type Song implements Media { title: String by: User other: String }
union Same = Left | Right
type Left @cost(weight: 5) { a: Int }
type Right { a: Int @cost(weight: 3) }
enum Genre @cost(weight: 15) { NOIR }
input Filter { deep: Filter }
""",
    COST + ' @link(url: "https://specs.apollo.dev/authenticated/v0.1")',
)


@pytest.mark.parametrize(
    ("document", "data", "cost"),
    [
        ("{ user { name } }", {"user": {"name": "A"}}, 2 + 1),
        ("{ user { name } }", {"user": None}, 2),
        ("{ user { name } }", None, 0),
        ("{ users { name } }", {"users": [{"name": "A"}, None, {"name": None}]}, 2),
        ("{ users { name } }", {"users": []}, 0),
        ("{ users(seen: true) { name } }", {"users": [{"name": "A"}]}, 3 + 1),
        ("{ users { friends { name } } }", {"users": [{"friends": [{}, {}]}, {"friends": None}]}, 2 + 2),
        ("{ grid { name } }", {"grid": [[{}, {}], [], None, [{}]]}, 3),
        ("{ genre genres count }", {"genre": "NOIR", "genres": ["NOIR", None, "NOIR"], "count": 3}, 45),
        ("{ __typename a: user { name } b: user { name } }", {"__typename": "Query", "a": {}, "b": {}}, 6),
        ("{ user { name } user { friends { name } } }", {"user": {"name": "A", "friends": [{}]}}, 2 + 2),
        ("mutation { rename { name } }", {"rename": {"name": "A"}}, 11),
        ("mutation { rename { name } }", {"rename": None}, 10),
        ("{ user { name } }", {"user": {"name": "A"}, "unknown": [1, 2]}, 3),
        ("{ user { name } }", {"user": "odd"}, 2),
    ],
)
def test_an_answer_costs(document: str, data: dict[str, Any] | None, cost: float) -> None:
    assert SHOP.actual(document, data) == cost


FILM, SONG = {"title": "F", "by": {"name": "A"}}, {"title": "S", "by": None}


@pytest.mark.parametrize(
    ("selection", "items", "cost"),
    [
        ("__typename title", [{"__typename": "Film"}, {"__typename": "Song"}, {"__typename": "Song"}], 3 + 1 + 1),
        ("kind: __typename title", [{"kind": "Song", "title": "S"}], 1),
        ("__typename title by { name }", [{"__typename": "Film", **FILM}, {"__typename": "Song", **SONG}], 8 + 1),
        ("title ... on Film { length }", [{"title": "F", "length": 1}, {"title": "S"}], 3 + 1),
        ("... on Film { t: __typename } ... on Song { t: title }", [{"t": "Film"}, {"t": "Fable"}], 3 + 1),
        ("title", [{"title": "?"}], 3),
        ("title by { name }", [FILM, SONG], (3 + 4 + 1) + (3 + 4)),
    ],
)  # fmt: skip
def test_an_abstract_value_costs_what_its_type_does(selection: str, items: list[Any], cost: float) -> None:
    assert SHOP.actual(f"{{ any {{ {selection} }} }}", {"any": items}) == cost


def test_a_value_of_any_type_costs_no_more_than_the_estimate() -> None:
    document = "{ same { ... on Left { a } ... on Right { a } } }"
    assert SHOP.actual(document, {"same": {"a": 1}}) == 5 == SHOP.estimate(document)


def test_variables_tell_what_was_asked() -> None:
    document = "query Q($f: Filter, $seen: Boolean) { one(filter: $f) users(seen: $seen) { name } }"
    assert SHOP.actual(document, {"one": 1, "users": [{}]}, f={"deep": {}}, seen=True) == 2 + 3 + 1
    assert SHOP.actual(document, {"one": 1, "users": [{}]}) == 1


def test_parts_that_are_still_to_come_cost_nothing_yet() -> None:
    document = "{ any { title ... on Film @defer { length by { name } } } }"
    assert SHOP.actual(document, {"any": [{"title": "F"}]}) == 3


def test_what_a_client_may_not_see_costs_nothing() -> None:
    operation = prepare_operation(SHOP.supergraph, "{ count secret { name } any { title } }")
    restricted = restrict(operation, demands_of(operation)).operation
    schema = SHOP.supergraph.api_schema
    assert compile_estimate(SHOP.costs, schema, restricted, 10).cost({}) == 10 * 3
    data = {"count": 1, "secret": None, "any": [{"title": "F"}]}
    assert ActualCost(SHOP.costs, schema, restricted).of(data) == 3


def test_a_bomb_of_fragments_costs_what_came() -> None:
    parts = (f"fragment F{n} on User {{ name ...F{n + 1} ... on User {{ ...F{n + 1} }} }}" for n in range(40))
    document = f"{{ user {{ ...F0 }} }} {' '.join(parts)} fragment F40 on User {{ friends {{ ...F0 }} }}"
    with pytest.raises(Exception, match="Cannot spread fragment"):
        SHOP.actual(document, {})
    document = document.replace("friends { ...F0 }", "friends { name }")
    assert SHOP.actual(document, {"user": {"name": "A", "friends": [{"name": "B"}] * 3}}) == 2 + 1 + 3
