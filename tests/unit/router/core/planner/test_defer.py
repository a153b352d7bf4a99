"""What ``@defer`` covers is fetched apart and follows the first answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from router.core.execution import Execution
from router.core.operation import prepare_operation
from router.core.planner import plan_operation
from tests.support.shop import make_shop

SHOP = make_shop()


def answers(
    source: str, variables: Mapping[str, Any] | None = None, *, down: str | None = None
) -> list[dict[str, Any]]:
    """The first answer and those that follow it; subgraphs answer one after the other."""
    shop = make_shop()
    shop.down = {down} if down else set()
    operation = prepare_operation(shop.supergraph, source)
    plan = plan_operation(shop.supergraph, operation)
    execution = Execution(plan, operation, operation.coerce_variables(variables or {}), deferring=True)
    waiting = execution.start()
    told: list[dict[str, Any]] = []
    while True:
        if not told and execution.is_ready:
            told.append(execution.result())
        while told and (parts := execution.next_parts()) is not None:
            told.append(parts)
        if not waiting:
            return told
        request = waiting.pop(0)
        waiting.extend(execution.receive(request.id, shop._answer(request)))


def test_deferred_parts_follow_with_their_path_and_label() -> None:
    source = '{ users { id ... @defer(label: "mail") { email ... @defer { reviews { body } } } } }'
    assert answers(source) == [
        {"data": {"users": [{"id": "u1"}, {"id": "u2"}]}, "hasNext": True},
        {
            "incremental": [
                {"data": {"email": "ada@example.org"}, "path": ["users", 0], "label": "mail"},
                {"data": {"email": None}, "path": ["users", 1], "label": "mail"},
            ],
            "hasNext": True,
        },
        {
            "incremental": [
                {"data": {"reviews": [{"body": "good"}]}, "path": ["users", 0]},
                {"data": {"reviews": [{"body": None}]}, "path": ["users", 1]},
            ],
            "hasNext": False,
        },
    ]


def test_a_variable_turns_it_off() -> None:
    source = "query ($later: Boolean!) { me { id ... @defer(if: $later) { name } } }"
    assert answers(source, {"later": False}) == [{"data": {"me": {"id": "u1", "name": "Ada"}}}]
    assert answers(source, {"later": True})[0] == {"data": {"me": {"id": "u1"}}, "hasNext": True}


def test_root_fields_may_come_later() -> None:
    assert answers("{ me { id } ... @defer { latestReviews { depth } } }") == [
        {"data": {"me": {"id": "u1"}}, "hasNext": True},
        {
            "incremental": [
                {"data": {"latestReviews": [{"depth": 1}, {"depth": 2}, {"depth": 3}]}, "path": []}
            ],
            "hasNext": False,
        },
    ]


def test_a_value_without_a_key_is_there_at_once_and_told_later() -> None:
    assert answers("{ me { id address { ... @defer { city } } } }") == [
        {"data": {"me": {"id": "u1", "address": {}}}, "hasNext": True},
        {"incremental": [{"data": {"city": "London"}, "path": ["me", "address"]}], "hasNext": False},
    ]


def test_an_outage_is_told_with_the_part_that_it_costs() -> None:
    first, second = answers("{ me { id ... @defer { reviews { body } } } }", down="reviews")
    assert first == {"data": {"me": {"id": "u1"}}, "hasNext": True}
    [part] = second["incremental"]
    assert part["data"] == {"reviews": None}
    assert [error["extensions"]["service"] for error in part["errors"]] == ["reviews"]


def test_without_incremental_delivery_nothing_is_left_for_later() -> None:
    assert SHOP.run("{ me { id ... @defer { name } } }") == {"data": {"me": {"id": "u1", "name": "Ada"}}}
