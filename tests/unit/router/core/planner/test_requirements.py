"""Fields that need others: fetched first, from wherever they are, and sent along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.unit.router.core.planner.plans import asked, data_of, plan


def _price(_info: Any, currency: str | None = None) -> int:
    return {None: 1, "EUR": 2, "USD": 3}[currency]


def _echo(*names: str) -> Any:
    """An entity that answers with what it was sent, and fails without it."""

    def find(representation: Mapping[str, Any]) -> Any:
        found = dict(representation)
        for name in names:
            found[name] = ",".join(
                f"{key}={value}"
                for key, value in sorted(representation.items())
                if key not in ("__typename", "id")
            )
        return found

    return find


PRODUCTS = """
type Query { product: Product }
type Product @key(fields: "id") { id: ID! price(currency: String): Int name: String maker: Maker }
type Maker { name: String country: String }
"""
PRODUCT = {"id": "1", "price": _price, "name": "Lamp", "maker": {"name": "Ikon", "country": "NO"}}


def test_one_field_with_different_arguments_is_required_twice() -> None:
    shop = """
    type Product @key(fields: "id") {
      id: ID!
      price(currency: String): Int @external
      inEuro: String @requires(fields: "price(currency: \\"EUR\\")")
      inDollar: String @requires(fields: "price(currency: \\"USD\\")")
      plain: String @requires(fields: "price")
    }
    """
    graph = MemoryGraph(
        [
            MemorySubgraph("products", PRODUCTS, {"product": PRODUCT}),
            MemorySubgraph("shop", shop, {}, _echo("inEuro", "inDollar", "plain")),
        ]
    )
    assert data_of(graph, '{ product { inEuro inDollar plain price: price(currency: "USD") } }') == {
        "product": {"inEuro": "price=2", "inDollar": "price=3", "plain": "price=1", "price": 3}
    }
    assert asked(graph) == ["products", "shop"]


def test_requirements_of_requirements_and_of_the_clients_own_aliases() -> None:
    a = """
    type Product @key(fields: "id") { id: ID! name: String @external label: String @requires(fields: "name") }
    """
    b = """
    type Product @key(fields: "id") { id: ID! label: String @external sign: String @requires(fields: "label") }
    """
    graph = MemoryGraph(
        [
            MemorySubgraph("products", PRODUCTS, {"product": PRODUCT}),
            MemorySubgraph("a", a, {}, _echo("label")),
            MemorySubgraph("b", b, {}, _echo("sign")),
        ]
    )
    assert data_of(graph, "{ product { sign name: id label: __typename } }") == {
        "product": {"sign": "label=name=Lamp", "name": "1", "label": "Product"}
    }
    assert asked(graph) == ["products", "a", "b"]


def test_a_nested_requirement_sends_what_it_names_and_null_as_null() -> None:
    a = """
    type Product @key(fields: "id") {
      id: ID!
      maker: Maker @external
      origin: String @requires(fields: "maker { country }")
    }
    type Maker { country: String @external }
    """
    products = {**PRODUCT, "maker": {"name": "Ikon", "country": None}}
    graph = MemoryGraph(
        [
            MemorySubgraph("products", PRODUCTS, {"product": products}),
            MemorySubgraph("a", a, {}, _echo("origin")),
        ]
    )
    assert data_of(graph, "{ product { origin maker { name } } }") == {
        "product": {"origin": "maker={'country': None}", "maker": {"name": "Ikon"}}
    }


def test_a_key_is_put_together_from_two_subgraphs() -> None:
    graph = MemoryGraph(
        [
            MemorySubgraph(
                "a",
                'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @shareable }',
                {"t": {"id": "1", "x": 5}},
            ),
            MemorySubgraph(
                "b",
                'type T @key(fields: "id") { id: ID! y: Int @shareable }',
                {},
                lambda found: {**found, "y": 7},
            ),
            MemorySubgraph(
                "c",
                'type T @key(fields: "x y") { x: Int @shareable y: Int @shareable z: String }',
                {},
                lambda found: {**found, "z": f"{found['x']}-{found['y']}"},
            ),
        ]
    )
    assert data_of(graph, "{ t { z } }") == {"t": {"z": "5-7"}}
    assert asked(graph) == ["a", "b", "c"]


def test_an_entity_whose_key_is_null_is_not_asked_for() -> None:
    graph = MemoryGraph(
        [
            MemorySubgraph(
                "a",
                'type Query { list: [T] } type T @key(fields: "id") { id: ID }',
                {"list": [{"id": None}, {"id": "1"}, None]},
            ),
            MemorySubgraph(
                "b", 'type T @key(fields: "id") { id: ID x: Int }', {}, lambda found: {**found, "x": 1}
            ),
        ]
    )
    assert data_of(graph, "{ list { x } }") == {"list": [{"x": None}, {"x": 1}, None]}
    assert graph.requests[1].variables == {"representations": [{"__typename": "T", "id": "1"}]}


def test_entities_of_one_wave_share_a_request() -> None:
    graph = MemoryGraph(
        [
            MemorySubgraph(
                "a",
                """
                type Query { x: X y: Y again: Y }
                type X @key(fields: "id") { id: ID! }
                type Y @key(fields: "id") { id: ID! }
                """,
                {"x": {"id": "1"}, "y": {"id": "2"}, "again": {"id": "2"}},
            ),
            MemorySubgraph(
                "b",
                """
                type X @key(fields: "id") { id: ID! n: Int }
                type Y @key(fields: "id") { id: ID! n: String m: Int }
                """,
                {},
                lambda found: {**found, "n": found["id"], "m": 9},
            ),
        ]
    )
    source = "{ x { n } y { n } again { n } other: again { m } }"
    assert data_of(graph, source) == {
        "x": {"n": 1},
        "y": {"n": "2"},
        "again": {"n": "2"},
        "other": {"m": 9},
    }
    assert asked(graph) == ["a", "b"]
    assert graph.requests[1].variables == {
        "representations": [{"__typename": "X", "id": "1"}, {"__typename": "Y", "id": "2"}],
        "representations_1": [{"__typename": "Y", "id": "2"}],
    }
    assert "Batch {" in plan(graph, source)
