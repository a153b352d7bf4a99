"""Where directives may stand in what clients send."""

from __future__ import annotations

from graphql import DirectiveDefinitionNode, DirectiveLocation

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


def executable_locations(definition: DirectiveDefinitionNode) -> list[str]:
    return [node.value for node in definition.locations if DirectiveLocation[node.value] in _EXECUTABLE]
