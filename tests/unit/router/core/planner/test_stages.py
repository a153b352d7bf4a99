"""Each stage of planning prints itself."""

from __future__ import annotations

from collections.abc import Callable

from router.core.operation import prepare_operation
from router.core.planner import STAGES, Stage, plan_operation
from tests.support.shop import make_shop
from tests.unit.router.core.planner.plans import shown


def test_stages_in_their_order() -> None:
    stages: dict[Stage, str] = {}

    def watch(stage: Stage, text: Callable[[], str]) -> None:
        stages[stage] = text()

    supergraph = make_shop().supergraph
    operation = prepare_operation(
        supergraph,
        """
        query ($all: Boolean!) {
          latestReviews { product { ... on Book @include(if: $all) { shippingCost } } }
        }
        """,
    )
    plan_operation(supergraph, operation, watch=watch)
    assert tuple(stages) == STAGES
    assert stages["selections"] == shown(
        """
        latestReviews {
          product {
            ... on Book {
              shippingCost @include(if: $all)
            }
          }
        }
        """
    )
    assert stages["drafted"] == shown(
        """
        #0 reviews asks { latestReviews { product { __typename ... on Book { upc } } } }
        #1 shipping at latestReviews.product|[Book] after #0, #2 sends Book { upc price weight } asks { shippingCost @include(if: $all) }
        #2 products at latestReviews.product|[Book] after #0 sends Book { upc } asks { price weight }
        """  # noqa: E501
    )
    assert [line[:2] for line in stages["ordered"].splitlines()] == ["#0", "#2", "#1"]
