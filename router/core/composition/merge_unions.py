"""Merge a union: whatever is a member somewhere is a member."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.composition.join_directives import join_directive
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.model import Directive, Type
from router.core.composition.problems import in_subgraphs


def merge_members(sources: Sequence[Source[Type]]) -> list[str]:
    return list(dict.fromkeys(member for source in sources for member in source.element.members))


def join_members(context: MergeContext, type_: Type, sources: Sequence[Source[Type]]) -> list[Directive]:
    """One ``@join__unionMember`` for each member and subgraph that has it."""
    directives: list[Directive] = []
    for member in type_.members:
        having = [source for source in sources if member in source.element.members]
        directives += [join_directive("unionMember", s.subgraph.graph, member=member) for s in having]
        if len(having) < len(sources):
            lacking = [name for name in names_of(sources) if name not in names_of(having)]
            context.report.hint(
                "INCONSISTENT_UNION_MEMBER",
                f'Union type "{type_.name}" includes member type "{member}" in some but not all defining '
                f'subgraphs: "{member}" is defined in {in_subgraphs(names_of(having))} but not in '
                f"{in_subgraphs(lacking)}.",
                names_of(sources),
            )
    return directives
