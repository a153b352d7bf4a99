"""Merge an enum by its use: what is only answered may grow, what is only asked must be understood by all."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.composition.join_directives import join_directive
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.merge_elements import (
    merge_description,
    merge_inaccessible,
    merge_kept_directives,
)
from router.core.composition.model import Element, Type
from router.core.composition.problems import in_subgraphs
from router.core.composition.usages import Usage


def merge_values(context: MergeContext, name: str, sources: Sequence[Source[Type]]) -> dict[str, Element]:
    usage = context.usages.get(name, Usage.NONE)
    if usage is Usage.NONE:
        context.report.hint(
            "UNUSED_ENUM_TYPE",
            f'Enum type "{name}" is defined but unused. It will be included in the supergraph with all the '
            'values appearing in any subgraph ("as if" it was only used as an output type).',
        )
    merged: dict[str, Element] = {}
    for value in dict.fromkeys(value for source in sources for value in source.element.values):
        having = [s for s in sources if value in s.element.values]
        if len(having) == len(sources) or _keep(context, name, value, having):
            merged[value] = _merge_value(context, name, value, having)
    if not merged:
        context.report.problem(
            "EMPTY_MERGED_ENUM_TYPE",
            f'None of the values of enum type "{name}" are defined consistently in all the subgraphs defining '
            "that type. As only values common to all subgraphs are merged, this would result in an empty type.",
            names_of(sources),
        )
    return merged


def _merge_value(context: MergeContext, enum: str, value: str, having: Sequence[Source[Type]]) -> Element:
    sources = [Source(s.subgraph, s.element.values[value]) for s in having]
    joins = [join_directive("enumValue", source.subgraph.graph) for source in having]
    return Element(
        name=value,
        description=merge_description(context, f"{enum}.{value}", sources),
        directives=[
            *merge_inaccessible(sources),
            *joins,
            *merge_kept_directives(context, f"{enum}.{value}", sources),
        ],
    )


def _keep(
    context: MergeContext,
    enum: str,
    value: str,
    having: Sequence[Source[Type]],
) -> bool:
    """What becomes of a value that only some subgraphs have."""
    if merge_inaccessible([Source(s.subgraph, s.element.values[value]) for s in having]):
        return True
    usage, sources = context.usages.get(enum, Usage.NONE), context.sources_of(enum)
    where = f"{in_subgraphs(names_of(having))} but not in {in_subgraphs(_lacking(having, sources))}"
    if usage == Usage.INPUT | Usage.OUTPUT:
        context.report.problem(
            "ENUM_VALUE_MISMATCH",
            f'Enum type "{enum}" is used as both input type and output type, but value "{value}" is not '
            f'defined in all the subgraphs defining "{enum}": "{value}" is defined in {where}',
            names_of(sources),
        )
        return True
    if usage is Usage.INPUT:
        context.report.hint(
            "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
            f'Value "{value}" of enum type "{enum}" will not be part of the supergraph as it is not defined in all '
            f'the subgraphs defining "{enum}": "{value}" is defined in {where}.',
            names_of(sources),
        )
        return False
    context.report.hint(
        "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM",
        f'Value "{value}" of enum type "{enum}" has been added to the supergraph but is only defined in a subset of '
        f'the subgraphs defining "{enum}": "{value}" is defined in {where}.',
        names_of(sources),
    )
    return True


def _lacking(having: Sequence[Source[Type]], sources: Sequence[Source[Type]]) -> list[str]:
    return [name for name in names_of(sources) if name not in names_of(having)]
