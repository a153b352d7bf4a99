"""Merge what every element carries: its description, and the directives that the supergraph keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from textwrap import indent

from graphql import StringValueNode, print_ast

from router.core.composition.core_specs import CORE_DIRECTIVES
from router.core.composition.federation_spec import ACCESS_CONTROL, CONTEXT, FROM_CONTEXT, INACCESSIBLE, TAG
from router.core.composition.merge_context import MergeContext, Source, names_of
from router.core.composition.merge_strategies import STRATEGIES, merge_applications
from router.core.composition.mismatches import describe_mismatch, print_arguments
from router.core.composition.model import Directive, Element

Applications = Sequence[Source[Directive]]
"""Applications of one directive to one element, by subgraph."""

SCHEMA = "schema"
"""Name and coordinate of the schema definition."""

_BUILT_IN = frozenset({"deprecated", "specifiedBy"})
_REPEATABLE = frozenset({TAG, CONTEXT})


def merge_description(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Element]]
) -> str | None:
    """The one that most subgraphs give; of equals the first. A disagreement is worth a hint."""
    given = [source for source in sources if source.element.description]
    written = [(source.subgraph.name, source.element.description or "") for source in given]
    counts = Counter(description for _, description in written)
    if not counts:
        return None
    chosen = counts.most_common(1)[0][0]
    if len(counts) > 1:
        what = "The schema definition" if coordinate == SCHEMA else f'Element "{coordinate}"'
        described = describe_mismatch(
            written,
            chosen,
            chosen=lambda text, where: f"The supergraph will use description (from {where}):\n{_block(text)}",
            other=lambda text, where: f"\nIn {where}, the description is:\n{_block(text)}",
        )
        context.report.hint(
            "INCONSISTENT_DESCRIPTION",
            f"{what} has inconsistent descriptions across subgraphs. {described}",
            names_of(given),
        )
    return chosen


def _block(text: str) -> str:
    return indent(f'"""\n{text}\n"""', "  ")


def merge_inaccessible(sources: Sequence[Source[Element]]) -> list[Directive]:
    """Hidden by one subgraph, hidden for all. It stands before what the join specification adds to members."""
    return [Directive(INACCESSIBLE)] if any(source.element.has(INACCESSIBLE) for source in sources) else []


def merge_kept_directives(
    context: MergeContext, coordinate: str, sources: Sequence[Source[Element]], *, is_guarded: bool = False
) -> list[Directive]:
    """All but ``@inaccessible``: equal applications once each; of those that can stand only once, a compromise.

    ``is_guarded``: fields and interfaces answer for others' demands on access too, and name them first.
    """
    given = [
        directive.name
        for source in sources
        for directive in source.element.directives
        if _is_kept(context, source.subgraph.name, directive.name)
    ]
    guards = [name for spec in context.core_specs for name in spec.names if name in ACCESS_CONTROL]
    names = dict.fromkeys([*guards, *given] if is_guarded else given)
    merged: list[Directive] = []
    for name in names:
        others = context.guards.get((coordinate, name), ()) if is_guarded else ()
        applications = [
            Source(source.subgraph, directive)
            for source in (*sources, *others)
            for directive in source.element.applied(name)
            if _is_kept(context, source.subgraph.name, name)
        ]
        merged += _merge_one(context, coordinate, name, applications)
    return merged


def merge_schema_definition(context: MergeContext) -> None:
    """Fills ``context.schema``."""
    elements = [
        Source(s, Element(name=SCHEMA, description=s.schema_description, directives=s.schema_directives))
        for s in context.subgraphs
    ]
    context.schema.description = merge_description(context, SCHEMA, elements)
    context.schema.directives = merge_kept_directives(context, SCHEMA, elements)


def merge_guards(context: MergeContext, coordinate: str) -> list[Directive]:
    """The demands on access that others' applications make on an element which no subgraph defines."""
    merged: list[Directive] = []
    for name in (name for spec in context.core_specs for name in spec.names if name in ACCESS_CONTROL):
        applications = [
            Source(source.subgraph, directive)
            for source in context.guards.get((coordinate, name), ())
            for directive in source.element.applied(name)
        ]
        merged += _merge_one(context, coordinate, name, applications)
    return merged


def _is_kept(context: MergeContext, subgraph: str, name: str) -> bool:
    """A directive that is composed is kept of those subgraphs that ask for it."""
    if name in {INACCESSIBLE, FROM_CONTEXT}:
        return False
    return name in CORE_DIRECTIVES or name in _BUILT_IN or (subgraph, name) in context.composed.requests


def _merge_one(
    context: MergeContext, coordinate: str, name: str, applications: Applications
) -> list[Directive]:
    different: dict[str, list[Source[Directive]]] = {}
    for application in applications:
        different.setdefault(_comparable(context, application.element), []).append(application)
    firsts = [same[0] for same in different.values()]
    definition = context.composed.definitions.get(name)
    if name in _REPEATABLE or (definition is not None and definition.repeatable):
        return [_in_supergraph(first) for first in firsts]
    if len(firsts) <= 1:
        return [first.element for first in firsts]
    if name in STRATEGIES:
        return [_merge_arguments(context, coordinate, [first.element for first in firsts])]
    chosen = max(different.values(), key=len)[0].element
    _report_inconsistency(context, coordinate, chosen, applications)
    return [chosen]


def _comparable(context: MergeContext, directive: Directive) -> str:
    """The application with the defaults of what it leaves out."""
    arguments = {name: print_ast(value) for name, value in directive.arguments.items()}
    definition = context.composed.definitions.get(directive.name)
    if definition is not None:
        defaults = {
            a.name.value: a.default_value for a in definition.arguments or () if a.default_value is not None
        }
        arguments = {name: print_ast(value) for name, value in defaults.items()} | arguments
    for name, strategy in STRATEGIES.get(directive.name, {}).items():
        if strategy.default is not None:
            arguments.setdefault(name, print_ast(strategy.default))
    if directive.name == "deprecated":
        arguments.setdefault("reason", '"No longer supported"')
    return ",".join(f"{name}:{value}" for name, value in sorted(arguments.items()))


def _in_supergraph(application: Source[Directive]) -> Directive:
    """A context belongs to the subgraph that sets it: the supergraph says so in its name."""
    directive = application.element
    if directive.name != CONTEXT:
        return directive
    name = f"{application.subgraph.name}__{directive.text('name')}"
    return Directive(CONTEXT, {"name": StringValueNode(value=name)})


def _merge_arguments(context: MergeContext, coordinate: str, directives: Sequence[Directive]) -> Directive:
    name = directives[0].name
    strategies = ", ".join(f'"{argument}": {merge.name}' for argument, merge in STRATEGIES[name].items())
    context.report.hint(
        "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        f'Directive @{context.name_of(name)} is applied to "{coordinate}" in multiple subgraphs with different '
        f"arguments. Merging strategies used by arguments: {{ {strategies} }}",
    )
    return merge_applications(directives)


def _report_inconsistency(
    context: MergeContext, coordinate: str, chosen: Directive, applications: Applications
) -> None:
    described = describe_mismatch(
        [(source.subgraph.name, print_arguments(source.element)) for source in applications],
        print_arguments(chosen),
        chosen=lambda value, where: f"The supergraph will use {value} (from {where}), but found ",
        other=lambda value, where: f"{value} in {where}",
    )
    context.report.hint(
        "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        f'Non-repeatable directive @{chosen.name} is applied to "{coordinate}" in multiple subgraphs but with '
        f"incompatible arguments. {described}.",
        [source.subgraph.name for source in applications],
    )
