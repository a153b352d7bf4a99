"""Directives for queries that every subgraph defines are the supergraph's too."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    InputValueDefinitionNode,
    NameNode,
    StringValueNode,
    parse_type,
    print_ast,
    specified_directives,
)

from router.core.composition.directive_locations import executable_locations
from router.core.composition.merge_arguments import merge_arguments
from router.core.composition.merge_context import MergeContext, Source
from router.core.composition.merge_elements import merge_description
from router.core.composition.mismatches import describe_mismatch
from router.core.composition.model import Field, InputValue
from router.core.composition.problems import in_subgraphs
from router.core.composition.type_refs import TypeRef

_BUILT_IN = frozenset(directive.name for directive in specified_directives)
_Definitions = Sequence[tuple[str, DirectiveDefinitionNode]]
"""By subgraph."""


def merge_executable_directives(context: MergeContext) -> None:
    """Fills ``context.executable``, as the first subgraph defines them, at the places that all allow."""
    names = dict.fromkeys(name for subgraph in context.subgraphs for name in subgraph.directive_definitions)
    for name in names:
        definitions = [
            (s.name, s.directive_definitions[name])
            for s in context.subgraphs
            if name in s.directive_definitions
        ]
        if name in _BUILT_IN or name in context.composed.definitions or _is_machinery(context, name):
            continue
        if any(executable_locations(definition) for _, definition in definitions):
            merged = _merge(context, name, definitions)
            if merged is not None:
                context.executable[name] = merged


def _is_machinery(context: MergeContext, name: str) -> bool:
    return any(subgraph.links.find(name) is not None for subgraph in context.subgraphs)


def _merge(context: MergeContext, name: str, definitions: _Definitions) -> DirectiveDefinitionNode | None:
    having = [subgraph for subgraph, _ in definitions]
    lacking = [subgraph.name for subgraph in context.subgraphs if subgraph.name not in having]
    if lacking:
        context.report.hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
            f'Executable directive "@{name}" will not be part of the supergraph as it does not appear in all '
            f"subgraphs: it is defined in {in_subgraphs(having)} but not in {in_subgraphs(lacking)}.",
            [*having, *lacking],
        )
        return None
    common = set.intersection(*(set(executable_locations(definition)) for _, definition in definitions))
    if not common:
        _report_no_location(context, name, definitions)
        return None
    is_repeatable = all(definition.repeatable for _, definition in definitions)
    first = definitions[0][1]
    locations = [location for location in executable_locations(first) if location in common]
    elements = _elements(context, name, definitions)
    description = merge_description(context, f"@{name}", elements)
    _report_repeatable(context, name, definitions)
    _report_locations(context, name, definitions, common)
    arguments = merge_arguments(context, f"@{name}", elements)
    return DirectiveDefinitionNode(
        name=first.name,
        description=StringValueNode(value=description, block=True) if description else None,
        arguments=tuple(map(_argument_node, arguments.values())),
        repeatable=is_repeatable,
        locations=tuple(NameNode(value=location) for location in locations),
    )


def _described(locations: Sequence[str]) -> str:
    return f'location{"s" if len(locations) > 1 else ""} "{", ".join(sorted(locations))}"'


def _elements(context: MergeContext, name: str, definitions: _Definitions) -> list[Source[Field]]:
    """The definitions as if they were fields, which have arguments too."""
    subgraphs = {subgraph.name: subgraph for subgraph in context.subgraphs}
    return [
        Source(
            subgraphs[subgraph],
            Field(
                name=name,
                description=definition.description.value if definition.description else None,
                type=TypeRef("Boolean"),
                arguments={node.name.value: _argument(node) for node in definition.arguments or ()},
            ),
        )
        for subgraph, definition in definitions
    ]


def _argument(node: InputValueDefinitionNode) -> InputValue:
    return InputValue(
        name=node.name.value,
        description=node.description.value if node.description else None,
        type=TypeRef(print_ast(node.type)),
        default=node.default_value,
    )


def _argument_node(argument: InputValue) -> InputValueDefinitionNode:
    directives: tuple[ConstDirectiveNode, ...] = ()
    return InputValueDefinitionNode(
        name=NameNode(value=argument.name),
        description=StringValueNode(value=argument.description, block=True) if argument.description else None,
        type=parse_type(argument.type),
        default_value=argument.default,
        directives=directives,
    )


def _report_no_location(context: MergeContext, name: str, definitions: _Definitions) -> None:
    described = describe_mismatch(
        [(subgraph, _described(executable_locations(definition))) for subgraph, definition in definitions],
        "",
        chosen=lambda _value, _where: "",
        other=lambda value, where: f"{value} in {where}",
    )
    context.report.hint(
        "NO_EXECUTABLE_DIRECTIVE_INTERSECTION",
        f'Executable directive "@{name}" has no location that is common to all subgraphs: it will not appear in '
        f"the supergraph as there no intersection between {described}.",
        [subgraph for subgraph, _ in definitions],
    )


def _report_repeatable(context: MergeContext, name: str, definitions: _Definitions) -> None:
    if len({definition.repeatable for _, definition in definitions}) < 2:
        return
    described = describe_mismatch(
        [(subgraph, "yes" if definition.repeatable else "no") for subgraph, definition in definitions],
        "no",
        chosen=lambda _value, where: f"it is not repeatable in {where}",
        other=lambda _value, where: f" but is repeatable in {where}",
    )
    context.report.hint(
        "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE",
        f'Executable directive "@{name}" will not be marked repeatable in the supergraph as it is inconsistently '
        f"marked repeatable in subgraphs: {described}.",
        [subgraph for subgraph, _ in definitions],
    )


def _report_locations(context: MergeContext, name: str, definitions: _Definitions, common: set[str]) -> None:
    if all(set(executable_locations(definition)) == common for _, definition in definitions):
        return
    described = describe_mismatch(
        [(subgraph, _described(executable_locations(definition))) for subgraph, definition in definitions],
        _described(sorted(common)),
        chosen=lambda value, where: (
            f"and will use {value} (intersection of all subgraphs) in the supergraph, but has: "
            f"{f'{value} in {where} and ' if where else ''}"
        ),
        other=lambda value, where: f"{value} in {where}",
    )
    context.report.hint(
        "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS",
        f'Executable directive "@{name}" has inconsistent locations across subgraphs {described}.',
        [subgraph for subgraph, _ in definitions],
    )
