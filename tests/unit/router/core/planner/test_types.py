"""Types that a subgraph knows otherwise than the supergraph does."""

from __future__ import annotations

from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.unit.router.core.planner.plans import asked, data_of, plan

BOOK = {"__typename": "Book", "id": "1", "title": "Emma"}
SONG = {"__typename": "Song", "id": "2", "title": "Vise"}
A = """
type Query { found: Book @shareable onlyA: Int }
type Book @key(fields: "id") { id: ID! title: String @shareable }
"""
B = """
type Query { found: Media @shareable onlyB: Media }
union Media = Book | Song
type Book @key(fields: "id") { id: ID! title: String @shareable }
type Song { title: String }
"""


def _media() -> MemoryGraph:
    return MemoryGraph(
        [
            MemorySubgraph("a", A, {"found": BOOK, "onlyA": 1}),
            MemorySubgraph("b", B, {"found": BOOK, "onlyB": SONG}),
        ]
    )


def test_a_field_that_is_narrower_in_one_subgraph_is_asked_for_what_that_one_knows() -> None:
    source = "{ onlyA found { __typename ... on Book { title } ... on Song { title } } }"
    graph = _media()
    assert data_of(graph, source) == {"onlyA": 1, "found": {"__typename": "Book", "title": "Emma"}}
    assert asked(graph) == ["a"]
    assert "Song" not in plan(graph, source)


def test_a_value_of_a_hidden_type_or_enum_is_null_without_an_error() -> None:
    graph = MemoryGraph(
        [
            MemorySubgraph(
                "a",
                """
                type Query { all: [Media] colours: [Colour] }
                union Media = Book | Secret
                type Book { title: String }
                type Secret @inaccessible { title: String }
                enum Colour { RED INFRARED @inaccessible }
                """,
                {"all": [BOOK, {"__typename": "Secret"}], "colours": ["RED", "INFRARED"]},
            )
        ]
    )
    assert data_of(graph, "{ all { ... on Book { title } } colours }") == {
        "all": [{"title": "Emma"}, None],
        "colours": ["RED", None],
    }


def test_a_value_that_its_type_does_not_allow_is_null_with_an_error() -> None:
    graph = MemoryGraph([MemorySubgraph("a", "type Query { n: Int b: Boolean id: ID list: [Float] }", {})])
    graph._answer = lambda request: {  # type: ignore[method-assign]  # noqa: ARG005
        "data": {"n": 2**31, "b": 1, "id": True, "list": [1, "2", 2.5]}
    }
    answer = graph.run("{ n b id list }")
    assert answer["data"] == {"n": None, "b": None, "id": None, "list": [1, None, 2.5]}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"SUBGRAPH_MALFORMED_RESPONSE"}
    assert [error["path"] for error in answer["errors"]] == [["n"], ["b"], ["id"], ["list", 1]]


def test_provided_fields_of_interfaces_and_unions_save_a_fetch() -> None:
    zoo = """
    type Query { home: Home @provides(fields: "pets { name }") pet: Pet @provides(fields: "... on Cat { name }") }
    interface Home { pets: [Animal] }
    type Flat implements Home @key(fields: "id") { id: ID! pets: [Animal] @external }
    interface Animal { id: ID! name: String }
    type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }
    type Cat implements Animal @key(fields: "id") { id: ID! name: String @external }
    union Pet = Dog | Cat
    """
    names = """
    interface Home { pets: [Animal] }
    type Flat implements Home @key(fields: "id") { id: ID! pets: [Animal] @shareable }
    interface Animal { id: ID! name: String age: Int }
    type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
    type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
    """
    dog = {"__typename": "Dog", "id": "1", "name": "Rex"}
    cat = {"__typename": "Cat", "id": "2", "name": "Tom"}
    graph = MemoryGraph(
        [
            MemorySubgraph(
                "zoo", zoo, {"home": {"__typename": "Flat", "id": "7", "pets": [dog, cat]}, "pet": cat}
            ),
            MemorySubgraph("names", names, {}, lambda found: {**found, "name": "?", "age": 3}),
        ]
    )
    assert data_of(graph, "{ home { pets { name } } pet { ... on Cat { name } } }") == {
        "home": {"pets": [{"name": "Rex"}, {"name": "Tom"}]},
        "pet": {"name": "Tom"},
    }
    assert asked(graph) == ["zoo"]


def test_a_root_type_further_down_needs_no_key() -> None:
    a = "type Query { a: Int } type Mutation { change: Changed } type Changed { ok: Boolean query: Query }"
    graph = MemoryGraph(
        [
            MemorySubgraph("a", a, {"a": 1, "change": {"ok": True, "query": {"a": 2}}}),
            MemorySubgraph("b", "type Query { b: Int }", {"b": 3}),
        ]
    )
    assert data_of(graph, "mutation { change { ok query { a b } } }") == {
        "change": {"ok": True, "query": {"a": 2, "b": 3}}
    }
