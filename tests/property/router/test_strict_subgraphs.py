"""The subgraphs of random graphs complain of all that a router may not do, and of nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.random_graphs.data import Data, Node
from tests.support.random_graphs.model import Field, Graph, PlacedField, Subgraph
from tests.support.random_graphs.strict_subgraph import StrictSubgraph

ENTITY = "query($told: [_Any!]!) { _entities(representations: $told) { ... on Cat { %s } } }"
KEY = {"__typename": "Cat", "id": "Cat.id.1"}


@pytest.fixture
def data() -> Data:
    graph = Graph(seed=1, subgraphs=[Subgraph("s1")])
    cat = graph.add("Cat")
    for field in (
        Field("id", "ID", "{}!", is_identity=True),
        Field("color", "Int", "{}!"),
        Field("needs", "Int", "{}!"),
        Field("name", "String", "{}!"),
        Field("moved", "Int", "{}!"),
    ):
        cat.add(field)
    query = graph.add("Query")
    query.add(Field("plain", "Cat", "{}!"))
    query.add(Field("provided", "Cat", "{}!"))
    placed = graph.subgraphs[0].place("Cat")
    placed.add_key("id")
    placed.fields = {
        "id": PlacedField(),
        "color": PlacedField(is_external=True),
        "needs": PlacedField(requires="color"),
        "name": PlacedField(is_external=True),
        "moved": PlacedField(override="s2", label="soon"),
    }
    graph.subgraphs[0].place("Query").fields = {
        "plain": PlacedField(),
        "provided": PlacedField(provides="name"),
    }
    return Data(graph)


def _ask(data: Data, query: str, *told: dict[str, Any], labels: frozenset[str] = frozenset()) -> list[str]:
    """The complaints."""
    subgraph = StrictSubgraph(data, data.graph.subgraphs[0], labels)
    answer = subgraph.execute(query, {"told": list(told)} if told else {})
    return [error["message"] for error in answer.get("errors", [])]


def test_answers_what_its_schema_promises(data: Data) -> None:
    color = data.read(Node("Cat", 1), "color", {})
    assert _ask(data, "{ plain { id } provided { id name } }") == []
    assert _ask(data, ENTITY % "id needs", {**KEY, "color": color}) == []
    assert _ask(data, ENTITY % "moved", KEY, labels=frozenset({"soon"})) == []


def test_refuses_an_external_field_off_its_path(data: Data) -> None:
    assert _ask(data, "{ plain { name } }") == ["Cat.name is external here and nobody provides it"]
    assert _ask(data, ENTITY % "name", KEY) == ["Cat.name is external here and nobody provides it"]


def test_refuses_to_do_without_what_it_requires_or_with_something_else(data: Data) -> None:
    color = data.read(Node("Cat", 1), "color", {})
    assert _ask(data, ENTITY % "needs", KEY) == ["Cat.needs requires 'color': Cat.color is missing"]
    assert _ask(data, ENTITY % "needs", {**KEY, "color": -1}) == [
        f"Cat.needs requires 'color': Cat.color is -1, ought to be {color}"
    ]


def test_refuses_representations_that_it_cannot_know(data: Data) -> None:
    assert _ask(data, ENTITY % "id", {"__typename": "Dog", "id": "1"}) == [
        "unknown type 'Dog' in a representation"
    ]
    assert _ask(data, ENTITY % "id", {**KEY, "size": 1}) == ["unknown field Cat.size in a representation"]
    assert _ask(data, ENTITY % "id", {"__typename": "Cat", "id": "nobody"}) == [
        "no Cat by any key of ['id'] in {'__typename': 'Cat', 'id': 'nobody'}"
    ]


def test_refuses_what_has_still_to_move_and_what_is_not_in_its_schema(data: Data) -> None:
    assert _ask(data, ENTITY % "moved", KEY) == ["Cat.moved has moved or has still to move: label 'soon'"]
    assert _ask(data, "{ plain { tail } }") == ["Cannot query field 'tail' on type 'Cat'."]
