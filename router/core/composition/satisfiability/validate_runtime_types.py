"""A shared field of an abstract type must be able to have the same value wherever it is resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from router.core.composition.merge_context import MergeContext
from router.core.composition.model import Kind
from router.core.composition.problems import in_subgraphs, listed
from router.core.composition.satisfiability.reach import ByRuntimeType
from router.core.composition.type_refs import named_type

Runtimes = Mapping[str, Sequence[str]]
"""Names of the types that each subgraph may answer with."""


def validate_runtime_types(
    context: MergeContext, coordinate: tuple[str, str], landed: ByRuntimeType, query: str
) -> bool:
    """``landed``: where the field's value can be had. Reports when two subgraphs have no type in common."""
    found: dict[str, set[str]] = {}
    for runtime, places in landed.items():
        for place in places:
            found.setdefault(place.subgraph, set()).add(runtime)
    runtimes = {subgraph: sorted(types) for subgraph, types in sorted(found.items())}
    common = sorted(set.intersection(*found.values())) if found else []
    if found and not common:
        _report_disjoint(context, coordinate, runtimes, query)
        return False
    if any(types != common for types in runtimes.values()) and _is_abstract(context, coordinate):
        _hint_different(context, coordinate, runtimes, common, query)
    return True


def _return_type(context: MergeContext, coordinate: tuple[str, str]) -> str:
    return context.types[coordinate[0]].fields[coordinate[1]].type


def _is_abstract(context: MergeContext, coordinate: tuple[str, str]) -> bool:
    type_ = context.types[named_type(context.types[coordinate[0]].fields[coordinate[1]].type)]
    return type_.kind in (Kind.INTERFACE, Kind.UNION)


def _report_disjoint(
    context: MergeContext, coordinate: tuple[str, str], runtimes: Runtimes, query: str
) -> None:
    by_types: dict[str, list[str]] = {}
    for subgraph, types in runtimes.items():
        by_types.setdefault(_types(types), []).append(subgraph)
    described = ";\n".join(f" - in {in_subgraphs(names)}, {types}" for types, names in by_types.items())
    context.report.problem(
        "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
        f'For the following supergraph API query:\n{query}\nShared field "{".".join(coordinate)}" return type '
        f'"{_return_type(context, coordinate)}" has a non-intersecting set of possible runtime types across '
        f"subgraphs. Runtime types in subgraphs are:\n{described}.\nThis is not allowed as shared fields must "
        "resolve the same way in all subgraphs, and that implies at least some common runtime types between the "
        "subgraphs.",
        list(runtimes),
    )


def _hint_different(
    context: MergeContext,
    coordinate: tuple[str, str],
    runtimes: Runtimes,
    common: Sequence[str],
    query: str,
) -> None:
    field = ".".join(coordinate)
    others = {subgraph: [t for t in types if t not in common] for subgraph, types in runtimes.items()}
    described = ";\n".join(
        f' - subgraph "{subgraph}" should never resolve "{field}" to an object of {_types(types)}'
        for subgraph, types in others.items()
        if types
    )
    context.report.hint(
        "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN",
        f'For the following supergraph API query:\n{query}\nShared field "{field}" return type '
        f'"{_return_type(context, coordinate)}" has different sets of possible runtime types across subgraphs.\n'
        "Since a shared field must be resolved the same way in all subgraphs, make sure that "
        f'{in_subgraphs(list(runtimes))} only resolve "{field}" to objects of {_types(common)}. In particular:\n'
        f"{described}.\nOtherwise the @shareable contract will be broken.",
        list(runtimes),
    )


def _types(names: Sequence[str]) -> str:
    return f"type{'s' if len(names) > 1 else ''} {listed(names)}"
