"""Directives for queries that every subgraph defines are the supergraph's too."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import DirectiveDefinitionNode, DirectiveLocation, NameNode, specified_directives

from router.core.composition.model import Subgraph

_EXECUTABLE = frozenset(
    {
        DirectiveLocation.QUERY,
        DirectiveLocation.MUTATION,
        DirectiveLocation.SUBSCRIPTION,
        DirectiveLocation.FIELD,
        DirectiveLocation.FRAGMENT_DEFINITION,
        DirectiveLocation.FRAGMENT_SPREAD,
        DirectiveLocation.INLINE_FRAGMENT,
        DirectiveLocation.VARIABLE_DEFINITION,
    }
)


def find_executable_directives(subgraphs: Sequence[Subgraph]) -> dict[str, DirectiveDefinitionNode]:
    """By name, as the first subgraph defines them, at the places that all allow."""
    first = subgraphs[0].directive_definitions if subgraphs else {}
    built_in = {directive.name for directive in specified_directives}
    found = {}
    for name, definition in first.items():
        everywhere = [s.directive_definitions[name] for s in subgraphs if name in s.directive_definitions]
        locations = _common_locations(everywhere) if len(everywhere) == len(subgraphs) else []
        if locations and name not in built_in:
            found[name] = DirectiveDefinitionNode(
                name=definition.name,
                description=definition.description,
                arguments=definition.arguments,
                repeatable=all(node.repeatable for node in everywhere),
                locations=tuple(NameNode(value=location) for location in locations),
            )
    return found


def _common_locations(definitions: Sequence[DirectiveDefinitionNode]) -> list[str]:
    allowed = [{node.value for node in definition.locations} for definition in definitions]
    return [
        node.value
        for node in definitions[0].locations
        if node.value in set.intersection(*allowed) and DirectiveLocation[node.value] in _EXECUTABLE
    ]
