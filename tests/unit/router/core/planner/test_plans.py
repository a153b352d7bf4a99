"""Plans, as they print."""

from __future__ import annotations

import textwrap

import pytest

from router.core.operation import prepare_operation
from router.core.planner import plan_operation, print_plan
from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.support.shop import make_shop

SHOP = make_shop()


def plan(source: str, graph: MemoryGraph = SHOP) -> str:
    return print_plan(plan_operation(graph.supergraph, prepare_operation(graph.supergraph, source)))


def shown(text: str) -> str:
    return textwrap.dedent(text).strip()


def test_what_one_subgraph_answers_is_one_fetch() -> None:
    assert plan("{ me { id name } users { email } }") == shown(
        """
        QueryPlan {
          Fetch(service: "accounts") {
            {
              me {
                id
                name
              }
              users {
                email
              }
            }
          }
        }
        """
    )


def test_an_entity_is_left_by_its_key_once_for_all_fields() -> None:
    assert plan("{ me { name reviews { body depth } } }") == shown(
        """
        QueryPlan {
          Sequence {
            Fetch(service: "accounts") {
              {
                me {
                  name
                  id
                }
              }
            },
            Flatten(path: "me") {
              Fetch(service: "reviews") {
                {
                  ... on User {
                    __typename
                    id
                  }
                } =>
                {
                  ... on User {
                    reviews {
                      body
                      id
                    }
                  }
                }
              }
            },
            Flatten(path: "me.reviews") {
              Fetch(service: "shipping") {
                {
                  ... on Review {
                    __typename
                    id
                  }
                } =>
                {
                  ... on Review {
                    depth
                  }
                }
              }
            },
          }
        }
        """
    )


def test_provides_saves_the_way_to_the_owner() -> None:
    assert 'service: "accounts"' not in plan("{ latestReviews { author { name } } }")
    assert 'service: "accounts"' in plan("{ latestReviews { author { name email } } }")


def test_requires_is_fetched_first_and_sent_along() -> None:
    assert plan('{ product(upc: "b1") { ... on Book { shippingCost } } }') == shown(
        """
        QueryPlan {
          Sequence {
            Fetch(service: "products") {
              {
                product(upc: "b1") {
                  __typename
                  ... on Book {
                    upc
                    price
                    weight
                  }
                }
              }
            },
            Flatten(path: "product|[Book]") {
              Fetch(service: "shipping") {
                {
                  ... on Book {
                    __typename
                    upc
                    price
                    weight
                  }
                } =>
                {
                  ... on Book {
                    shippingCost
                  }
                }
              }
            },
          }
        }
        """
    )


def test_a_field_of_an_interface_that_another_subgraph_answers_is_asked_type_by_type() -> None:
    printed = plan("{ products { name reviews { body } } }")
    assert 'Flatten(path: "products|[Book]", "products|[Film]")' in printed
    assert printed.count("Fetch(") == 2


def test_a_key_is_reached_through_a_third_subgraph() -> None:
    graph = MemoryGraph(
        [
            MemorySubgraph("a", 'type Query { t: T } type T @key(fields: "x") { x: ID! }', {}),
            MemorySubgraph("b", 'type T @key(fields: "x") @key(fields: "y") { x: ID! y: ID! }', {}),
            MemorySubgraph("c", 'type T @key(fields: "y") { y: ID! deep: Int }', {}),
        ]
    )
    printed = plan("{ t { deep } }", graph)
    assert [line.strip() for line in printed.splitlines() if "service" in line] == [
        'Fetch(service: "a") {',
        'Fetch(service: "b") {',
        'Fetch(service: "c") {',
    ]


@pytest.mark.parametrize("source", ["{ __typename }", "{ __schema { queryType { name } } }"])
def test_what_the_router_knows_itself_needs_no_fetch(source: str) -> None:
    assert plan(source) == "QueryPlan {\n}"


def test_neighbouring_mutations_of_one_subgraph_share_a_request_and_the_order_holds() -> None:
    graph = MemoryGraph(
        [
            MemorySubgraph("a", "type Query { q: Int } type Mutation { a1: Int a2: Int a3: Int }", {}),
            MemorySubgraph("b", "type Mutation { b1: Int }", {}),
        ]
    )
    assert plan("mutation { a1 a2 b1 a3 }", graph) == shown(
        """
        QueryPlan {
          Sequence {
            Fetch(service: "a") {
              {
                a1
                a2
              }
            },
            Fetch(service: "b") {
              {
                b1
              }
            },
            Fetch(service: "a") {
              {
                a3
              }
            },
          }
        }
        """
    )
