"""Fields that move from one subgraph to another, at once or little by little."""

from __future__ import annotations

import pytest

from router.override_labels import OverrideLabels
from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.unit.router.core.planner.plans import plan

A = 'type Query { t: T } type T @key(fields: "id") { id: ID! old: Int moving: Int }'
B = """
type T @key(fields: "id") {
  id: ID!
  old: Int @override(from: "a")
  moving: Int @override(from: "a", label: "percent(25)")
}
"""


@pytest.fixture
def graph() -> MemoryGraph:
    return MemoryGraph([MemorySubgraph("a", A, {}), MemorySubgraph("b", B, {})])


def _services(printed: str) -> list[str]:
    return [line.split('"')[1] for line in printed.splitlines() if "service" in line]


def test_an_override_without_a_label_is_final(graph: MemoryGraph) -> None:
    assert _services(plan(graph, "{ t { old } }")) == ["a", "b"]


def test_a_label_decides_where_the_field_comes_from(graph: MemoryGraph) -> None:
    assert _services(plan(graph, "{ t { moving } }")) == ["a"]
    assert _services(plan(graph, "{ t { moving } }", labels=["percent(25)"])) == ["a", "b"]


def test_percentages_are_drawn_and_other_labels_configured() -> None:
    known = ["percent(25)", "percent(0)", "percent(99.5)", "beta", "alpha"]
    labels = OverrideLabels(known, frozenset({"beta"}), draw=lambda: 0.3)
    assert labels.draw(frozenset(known)) == {"percent(99.5)", "beta"}
