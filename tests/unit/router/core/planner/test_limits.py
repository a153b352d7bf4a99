"""No operation keeps the planner busy for long."""

from __future__ import annotations

import pytest

from router.core.operation import prepare_operation
from router.core.planner import PlanLimits, PlanningLimitError, plan_operation
from tests.support.shop import make_shop

SHOP = make_shop()


def _chain(length: int, step: str) -> str:
    """Fragments that each spread the next one twice."""
    fragments = [
        f"fragment F{number} on User {{ {step % (number + 1, number + 1)} }}" for number in range(length)
    ]
    return f"{{ me {{ ...F0 }} }} {' '.join(fragments)} fragment F{length} on User {{ id salary }}"


def test_a_fragment_that_is_spread_often_is_planned_once() -> None:
    operation = prepare_operation(SHOP.supergraph, _chain(40, "boss { ...F%d ...F%d }"))
    plan = plan_operation(SHOP.supergraph, operation, PlanLimits(steps=2_000))
    assert len(plan.fetches[0].query) < 2_000


def test_an_operation_that_unfolds_without_end_is_refused() -> None:
    operation = prepare_operation(SHOP.supergraph, _chain(40, "a: boss { ...F%d } b: boss { ...F%d }"))
    with pytest.raises(PlanningLimitError, match="too many planning steps"):
        plan_operation(SHOP.supergraph, operation, PlanLimits(steps=2_000))


def test_the_callers_clock_ends_it_too() -> None:
    operation = prepare_operation(SHOP.supergraph, _chain(40, "a: boss { ...F%d } b: boss { ...F%d }"))
    with pytest.raises(PlanningLimitError, match="takes too long"):
        plan_operation(SHOP.supergraph, operation, PlanLimits(is_over=lambda: True))
