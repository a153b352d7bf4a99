"""A subgraph that adds fields to an interface without knowing what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.unit.router.core.planner.plans import asked, data_of, plan, shown

LIBRARY = """
type Query { media: [Media!] }
interface Media @key(fields: "id") { id: ID! title: String }
type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
"""
RATINGS = """
type Query { top: [Media!] }
type Media @key(fields: "id") @interfaceObject {
  id: ID!
  title: String @external
  stars: Int
  banner: String @requires(fields: "title")
  reviews: [Review!]
}
type Review { body: String of: Media }
"""
PRICES = """
type Media @key(fields: "id") @interfaceObject { id: ID! price: Int }
"""

MEDIA: list[dict[str, Any]] = [
    {"__typename": "Book", "id": "1", "title": "Emma", "pages": 400},
    {"__typename": "Film", "id": "2", "title": "Alien", "minutes": 117},
]


def _find_media(representation: Mapping[str, Any]) -> Any:
    return next(item for item in MEDIA if item["id"] == representation["id"])


def _rate(representation: Mapping[str, Any]) -> Any:
    number = int(representation["id"])
    title = representation.get("title")
    review = {"body": f"of {number}", "of": lambda _info: _rate({"id": str(3 - number)})}
    return {
        "__typename": "Media",
        "id": representation["id"],
        "stars": number,
        "banner": None if title is None else f"*{title}*",
        "reviews": [review],
    }


def _price(representation: Mapping[str, Any]) -> Any:
    return {"__typename": "Media", "id": representation["id"], "price": 10 * int(representation["id"])}


@pytest.fixture
def graph() -> MemoryGraph:
    top = [_rate({"id": "2"}), _rate({"id": "1"})]
    return MemoryGraph(
        [
            MemorySubgraph("library", LIBRARY, {"media": MEDIA}, _find_media),
            MemorySubgraph("ratings", RATINGS, {"top": top}, _rate),
            MemorySubgraph("prices", PRICES, {}, _price),
        ]
    )


def test_every_implementation_is_told_under_the_interfaces_name(graph: MemoryGraph) -> None:
    assert plan(graph, "{ media { title stars } }") == shown(
        """
        QueryPlan {
          Sequence {
            Fetch(service: "library") {
              {
                media {
                  __typename
                  title
                  ... on Book {
                    id
                  }
                  ... on Film {
                    id
                  }
                }
              }
            },
            Flatten(path: "media|[Book]", "media|[Film]") {
              Fetch(service: "ratings") {
                {
                  ... on Media {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Media {
                    stars
                  }
                }
              }
            },
          }
        }
        """
    )
    assert data_of(graph, "{ media { title stars } }") == {
        "media": [{"title": "Emma", "stars": 1}, {"title": "Alien", "stars": 2}]
    }


def test_nobody_is_asked_for_the_type_when_the_answer_does_not_depend_on_it(graph: MemoryGraph) -> None:
    assert data_of(graph, "{ top { id stars price } }") == {
        "top": [{"id": "2", "stars": 2, "price": 20}, {"id": "1", "stars": 1, "price": 10}]
    }
    assert asked(graph) == ["ratings", "prices"]


def test_the_real_type_is_told_and_not_the_interfaces(graph: MemoryGraph) -> None:
    assert data_of(graph, "{ top { __typename stars kind: __typename } }") == {
        "top": [
            {"__typename": "Film", "stars": 2, "kind": "Film"},
            {"__typename": "Book", "stars": 1, "kind": "Book"},
        ]
    }


def test_fragments_on_what_stands_behind(graph: MemoryGraph) -> None:
    source = "{ top { stars ... on Book { pages stars price } ... on Film { minutes banner } } }"
    assert data_of(graph, source) == {
        "top": [{"stars": 2, "minutes": 117, "banner": "*Alien*"}, {"stars": 1, "pages": 400, "price": 10}]
    }


def test_what_is_required_comes_from_the_subgraph_that_knows_the_types(graph: MemoryGraph) -> None:
    assert data_of(graph, "{ top { banner } media { banner } }") == {
        "top": [{"banner": "*Alien*"}, {"banner": "*Emma*"}],
        "media": [{"banner": "*Emma*"}, {"banner": "*Alien*"}],
    }


def test_values_further_down_are_interface_objects_too(graph: MemoryGraph) -> None:
    source = "{ media { ... on Book { reviews { body of { __typename title stars } } } } }"
    assert data_of(graph, source) == {
        "media": [
            {"reviews": [{"body": "of 1", "of": {"__typename": "Film", "title": "Alien", "stars": 2}}]},
            {},
        ]
    }


def test_an_outage_of_whoever_knows_the_type_hides_what_depends_on_it(graph: MemoryGraph) -> None:
    graph.down = {"library"}
    assert graph.run("{ top { stars } }")["data"] == {"top": [{"stars": 2}, {"stars": 1}]}
    answer = graph.run("{ top { stars __typename } }")
    assert answer["data"] == {"top": None}
    assert [error["extensions"]["service"] for error in answer["errors"]] == ["library"]
