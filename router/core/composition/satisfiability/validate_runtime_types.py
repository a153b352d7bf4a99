"""A shared field of an abstract type must be able to have the same value wherever it is resolved."""

from __future__ import annotations

from router.core.composition.merge_context import MergeContext
from router.core.composition.problems import listed
from router.core.composition.satisfiability.reach import ByRuntimeType


def validate_runtime_types(context: MergeContext, coordinate: str, landed: ByRuntimeType) -> bool:
    """``landed``: where the field's value can be had. Reports when two subgraphs have no type in common."""
    by_subgraph: dict[str, set[str]] = {}
    for runtime, places in landed.items():
        for place in places:
            by_subgraph.setdefault(place.subgraph, set()).add(runtime)
    if not by_subgraph or set.intersection(*by_subgraph.values()):
        return True
    described = ";\n".join(
        f' - in subgraph "{subgraph}", type{"s" if len(types) > 1 else ""} {listed(sorted(types))}'
        for subgraph, types in sorted(by_subgraph.items())
    )
    context.report.problem(
        "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
        f'Shared field "{coordinate}" has a non-intersecting set of possible runtime types across subgraphs. '
        f"Runtime types in subgraphs are:\n{described}.\nThis is not allowed as shared fields must resolve the "
        "same way in all subgraphs, and that implies at least some common runtime types between the subgraphs.",
        sorted(by_subgraph),
    )
    return False
