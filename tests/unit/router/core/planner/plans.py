"""What tests of plans share."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping
from typing import Any

from router.core.operation import prepare_operation
from router.core.planner import plan_operation, print_plan
from tests.support.federation import MemoryGraph


def plan(graph: MemoryGraph, source: str, labels: Collection[str] = ()) -> str:
    supergraph = graph.supergraph.with_labels(frozenset(labels))
    return print_plan(plan_operation(supergraph, prepare_operation(graph.supergraph, source)))


def shown(text: str) -> str:
    return textwrap.dedent(text).strip()


def data_of(graph: MemoryGraph, source: str, variables: Mapping[str, Any] | None = None) -> Any:
    """The data of an answer without errors."""
    answer = graph.run(source, variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def asked(graph: MemoryGraph) -> list[str]:
    """Subgraphs in the order in which the last operation asked them."""
    return [request.subgraph for request in graph.requests]
