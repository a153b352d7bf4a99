"""Merge what every element carries: its description, and the directives that the supergraph keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from graphql import print_ast

from router.core.composition.federation_spec import COST, INACCESSIBLE, LIST_SIZE, TAG
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.merge_costs import merge_cost_directives
from router.core.composition.model import Directive, Element

KEPT = {
    TAG: "tag",
    INACCESSIBLE: "inaccessible",
    COST: "cost",
    LIST_SIZE: "listSize",
    "deprecated": "deprecated",
    "specifiedBy": "specifiedBy",
}
"""Directives that are the same in the supergraph as in a subgraph, by canonical name."""

_ONCE = frozenset({"inaccessible", "deprecated", "specifiedBy"})
_COSTS = frozenset({"cost", "listSize"})


def merge_description(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Element]]
) -> str | None:
    """The one that most subgraphs give; of equals the first. A disagreement is worth a hint."""
    given = [source for source in sources if source.element.description]
    counts = Counter(source.element.description for source in given)
    if not counts:
        return None
    if len(counts) > 1:
        context.report.hint(
            "INCONSISTENT_DESCRIPTION",
            f'Element "{coordinate}" has inconsistent descriptions across subgraphs.',
            names_of(given),
        )
    return counts.most_common(1)[0][0]


def merge_kept_directives(context: MergeContext, sources: Sequence[Source[Element]]) -> list[Directive]:
    """Equal applications once each; of those that can stand only once, the first subgraph's or a compromise."""
    merged: dict[str, list[Directive]] = {}
    for directive in _kept(context, sources):
        key = directive.name if directive.name in _ONCE | _COSTS else _written(directive)
        merged.setdefault(key, []).append(directive)
    return [merge_cost_directives(same) if key in _COSTS else same[0] for key, same in merged.items()]


def _kept(context: MergeContext, sources: Sequence[Source[Element]]) -> Iterator[Directive]:
    for source in sources:
        for directive in source.element.directives:
            if directive.name in KEPT:
                yield Directive(KEPT[directive.name], directive.arguments)
            elif directive.name in context.composed.definitions:
                yield directive


def _written(directive: Directive) -> str:
    arguments = (f"{name}:{print_ast(value)}" for name, value in sorted(directive.arguments.items()))
    return f"{directive.name}({','.join(arguments)})"
