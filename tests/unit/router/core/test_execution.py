"""What comes back when all goes well, and when it doesn't."""

from __future__ import annotations

from typing import Any

from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.support.shop import make_shop


def test_an_entity_that_occurs_twice_is_asked_for_once() -> None:
    shop = make_shop()
    shop.run("{ latestReviews { product { name } } }")
    [_, entities] = shop.requests
    assert entities.variables["representations"] == [
        {"__typename": "Book", "upc": "b1"},
        {"__typename": "Film", "upc": "f1"},
    ]


def test_an_outage_costs_the_fields_of_one_subgraph() -> None:
    shop = make_shop()
    shop.down.add("reviews")
    assert shop.run("{ me { name reviews { body } } }") == {
        "data": {"me": {"name": "Ada", "reviews": None}},
        "errors": [
            {
                "message": "reviews: is away",
                "path": ["me"],
                "extensions": {"code": "SUBGRAPH_UNAVAILABLE", "service": "reviews"},
            }
        ],
    }


def test_an_outage_at_the_root_names_the_fields_that_are_lost() -> None:
    shop = make_shop()
    shop.down.add("products")
    answer = shop.run('{ me { name } search { __typename } first: product(upc: "b1") { name } }')
    assert answer["data"] == {"me": {"name": "Ada"}, "search": None, "first": None}
    assert [error["path"] for error in answer["errors"]] == [["search"], ["first"]]


def test_null_in_a_non_null_place_takes_its_parent_along() -> None:
    shop = make_shop()
    shop.down.add("products")
    answer = shop.run("{ products { upc } }")
    assert answer["data"] is None
    assert [error["path"] for error in answer["errors"]] == [["products"]]


def test_an_error_of_an_entity_gets_the_path_of_every_place_where_it_stands() -> None:
    def find(representation: Any) -> Any:
        if representation["id"] == "2":
            return {"__typename": "T", "id": "2", "b": _raise}
        return {"__typename": "T", **representation, "b": 1}

    def _raise(_info: Any) -> Any:
        raise ValueError("no b today")

    things = [{"id": "1"}, {"id": "2"}, {"id": "1"}, {"id": "2"}]
    graph = MemoryGraph(
        [
            MemorySubgraph(
                "a", 'type Query { list: [T] }\ntype T @key(fields: "id") { id: ID! }', {"list": things}
            ),
            MemorySubgraph("b", 'type T @key(fields: "id") { id: ID! b: Int }', {}, find),
        ]
    )
    answer = graph.run("{ list { b } }")
    assert answer["data"] == {"list": [{"b": 1}, {"b": None}, {"b": 1}, {"b": None}]}
    assert [(error["message"], error["path"]) for error in answer["errors"]] == [
        ("no b today", ["list", 1, "b"]),
        ("no b today", ["list", 3, "b"]),
    ]


def test_a_fetch_whose_fields_are_all_excluded_is_not_sent() -> None:
    shop = make_shop()
    answer = shop.run("query($x: Boolean!) { me { name reviews @include(if: $x) { body } } }", {"x": False})
    assert answer == {"data": {"me": {"name": "Ada"}}}
    assert [request.subgraph for request in shop.requests] == ["accounts"]


def test_a_client_may_call_other_things_by_the_name_of_a_key() -> None:
    shop = make_shop()
    answer = shop.run("{ me { id: name reviews { id: body } } }")
    assert answer == {"data": {"me": {"id": "Ada", "reviews": [{"id": "good"}]}}}


def test_variables_reach_only_the_subgraphs_that_use_them() -> None:
    shop = make_shop()
    shop.run("query Q($upc: ID!) { product(upc: $upc) { name } me { name } }", {"upc": "b1"})
    sent = {request.subgraph: request.variables for request in shop.requests}
    assert sent == {"products": {"upc": "b1"}, "accounts": {}}


def test_introspection_and_data_come_in_one_answer() -> None:
    shop = make_shop()
    answer = shop.run('{ me { name } __type(name: "Book") { kind } }')
    assert answer == {"data": {"me": {"name": "Ada"}, "__type": {"kind": "OBJECT"}}}


def test_a_value_without_a_key_is_put_together_from_all_who_share_the_field() -> None:
    first = [{"name": "a", "size": {"width": 1}}, {"name": "b", "size": None}]
    second = [{"price": 10, "size": {"height": 2}}, {"price": 20, "size": None}]
    graph = MemoryGraph(
        [
            MemorySubgraph(
                "one",
                "type Query { things: [Thing!]! @shareable }\n"
                "type Thing @shareable { name: String size: Size }\ntype Size @shareable { width: Int }",
                {"things": first},
            ),
            MemorySubgraph(
                "two",
                "type Query { things: [Thing!]! @shareable }\n"
                "type Thing @shareable { price: Int size: Size }\ntype Size @shareable { height: Int }",
                {"things": second},
            ),
        ]
    )
    assert graph.run("{ things { name price size { width height } } }") == {
        "data": {
            "things": [
                {"name": "a", "price": 10, "size": {"width": 1, "height": 2}},
                {"name": "b", "price": 20, "size": None},
            ]
        }
    }
    assert sorted(request.subgraph for request in graph.requests) == ["one", "two"]
    graph.run("{ things { name } }")
    assert [request.subgraph for request in graph.requests] == ["one"]


def test_a_keyless_child_is_followed_by_the_key_of_its_parent() -> None:
    def find(representation: Any) -> Any:
        return {"__typename": "T", "id": representation["id"], "child": {"b": 2}}

    graph = MemoryGraph(
        [
            MemorySubgraph(
                "one",
                'type Query { t: T }\ntype T @key(fields: "id") { id: ID! child: C @shareable }\n'
                "type C @shareable { a: Int }",
                {"t": {"id": "1", "child": {"a": 1}}},
            ),
            MemorySubgraph(
                "two",
                'type T @key(fields: "id") { id: ID! child: C @shareable }\ntype C @shareable { b: Int }',
                {},
                find,
            ),
        ]
    )
    assert graph.run("{ t { child { a b } } }") == {"data": {"t": {"child": {"a": 1, "b": 2}}}}
