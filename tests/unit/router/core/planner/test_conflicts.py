"""What one request may not ask under one key, though the client's answer has it there."""

from __future__ import annotations

from tests.support.federation import MemoryGraph, MemorySubgraph
from tests.unit.router.core.planner.plans import data_of, plan

A = """
type Query { found: [Found] }
union Found = Book | Film
type Book { size: Int! @shareable parts: [Part!]! @shareable }
type Film { size: Int @shareable parts: [Reel]! @shareable }
type Part { number: Int @shareable }
type Reel { number: Int! @shareable }
"""
B = """
type Query { other: Int }
type Book { size: Int @shareable parts: [Part] @shareable }
type Film { size: Int @shareable parts: [Reel] @shareable }
type Part { number: Int @shareable }
type Reel { number: Int @shareable }
"""


def _graph() -> MemoryGraph:
    found = [
        {"__typename": "Book", "size": 1, "parts": [{"number": 7}]},
        {"__typename": "Film", "size": None, "parts": [None, {"number": 8}]},
    ]
    return MemoryGraph([MemorySubgraph("a", A, {"found": found}), MemorySubgraph("b", B, {"other": 1})])


SOURCE = "{ found { ... on Book { size parts { number } } ... on Film { size parts { number } } } }"


def test_a_second_shape_is_asked_under_a_name_of_ours() -> None:
    printed = " ".join(plan(_graph(), SOURCE).split())
    assert "... on Film { _alias_1_size: size _alias_2_parts: parts { number } }" in printed


def test_and_answered_under_the_clients() -> None:
    assert data_of(_graph(), SOURCE) == {
        "found": [{"size": 1, "parts": [{"number": 7}]}, {"size": None, "parts": [None, {"number": 8}]}]
    }


def test_errors_are_told_where_the_client_looks() -> None:
    graph = _graph()
    graph._subgraphs["a"].roots["found"][1]["parts"] = ["no object"]
    answer = graph.run(SOURCE)
    assert answer["data"]["found"][1] is None or answer["data"]["found"][1]["parts"] == [None]
    assert [error["path"][:3] for error in answer["errors"]] == [["found", 1, "parts"]]
