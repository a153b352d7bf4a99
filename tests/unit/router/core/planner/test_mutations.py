"""Mutations run one after the other, each once, each with all that is selected on its result."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.unit.router.core.planner.plans import asked

A = """
type Query { a: Int }
type Mutation { add: Counter subtract: Counter }
type Counter @key(fields: "id") { id: ID! value: Int }
"""
B = """
type Mutation { double: Counter }
type Counter @key(fields: "id") { id: ID! later: Int }
"""


@pytest.fixture
def graph() -> MemoryGraph:
    """One counter: every field that reads it shows when it was read."""
    count = 1

    def change(by: int, factor: int) -> Any:
        def run(_info: Any) -> Any:
            nonlocal count
            count = count * factor + by
            return {"id": "1", "value": count}

        return run

    def find(_representation: Any) -> Any:
        return {"__typename": "Counter", "id": "1", "later": count}

    return MemoryGraph(
        [
            MemorySubgraph("a", A, {"a": 1, "add": change(1, 1), "subtract": change(-1, 1)}),
            MemorySubgraph("b", B, {"double": change(0, 2)}, find),
        ]
    )


def test_neighbours_share_a_request(graph: MemoryGraph) -> None:
    answer = graph.run("mutation { add { value } subtract { value } double { id } x: add { value } }")
    assert answer["data"] == {
        "add": {"value": 2},
        "subtract": {"value": 1},
        "double": {"id": "1"},
        "x": {"value": 3},
    }
    assert asked(graph) == ["a", "b", "a"]


def test_the_next_one_waits_for_all_that_is_selected(graph: MemoryGraph) -> None:
    answer = graph.run("mutation { add { value later } subtract { value } }")
    assert answer["data"] == {"add": {"value": 2, "later": 2}, "subtract": {"value": 1}}
    assert asked(graph) == ["a", "b", "a"]


SOURCE = """
mutation ($x: Boolean!, $y: Boolean!) {
  again: add @skip(if: $x) @include(if: $y) { value }
  double { id }
  again: add { id }
}
"""


@pytest.mark.parametrize(
    ("x", "y", "data"),
    [
        (False, True, {"again": {"value": 2, "id": "1"}, "double": {"id": "1"}}),
        (True, True, {"double": {"id": "1"}, "again": {"id": "1"}}),
        (False, False, {"double": {"id": "1"}, "again": {"id": "1"}}),
        (True, False, {"double": {"id": "1"}, "again": {"id": "1"}}),
    ],
)
def test_what_is_written_twice_runs_once_at_its_first_place(
    graph: MemoryGraph, x: bool, y: bool, data: dict[str, Any]
) -> None:
    answer = graph.run(SOURCE, {"x": x, "y": y})
    assert answer == {"data": data}
    assert list(answer["data"]) == list(data)
    assert len(graph.requests) == 2
