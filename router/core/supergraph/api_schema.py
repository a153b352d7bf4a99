"""The schema that clients see: the supergraph without its joins and without what is ``@inaccessible``."""

from __future__ import annotations

from typing import Any

from graphql import (
    DirectiveDefinitionNode,
    DirectiveLocation,
    DocumentNode,
    GraphQLSchema,
    Node,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    Visitor,
    build_ast_schema,
    parse,
    visit,
)
from graphql.language.visitor import REMOVE

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
_DEFER = parse(
    "directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT",
    no_location=True,
)
_CLIENT_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "oneOf"})
_OF_SPECIFICATIONS = ("join__", "link__", "core__", "federation__", "tag__", "inaccessible__")


def build_api_schema(document: DocumentNode) -> GraphQLSchema:
    """Of a supergraph document. Raises GraphQLError or TypeError when it is no sound schema."""
    hidden = {
        definition.name.value
        for definition in document.definitions
        if isinstance(definition, TypeDefinitionNode) and _is_hidden(definition)
    }
    stripped = visit(document, _Strip(hidden))
    return build_ast_schema(
        DocumentNode(definitions=(*stripped.definitions, *_DEFER.definitions)), assume_valid_sdl=True
    )


def _is_hidden(node: Any) -> bool:
    if node.name.value.startswith(_OF_SPECIFICATIONS):
        return True
    return any(directive.name.value == "inaccessible" for directive in node.directives or ())


def _is_for_operations(node: DirectiveDefinitionNode) -> bool:
    """Whether clients may write the directive in their documents."""
    is_ours = node.name.value.startswith(_OF_SPECIFICATIONS)
    return not is_ours and any(DirectiveLocation[name.value] in _EXECUTABLE for name in node.locations)


class _Strip(Visitor):
    """Takes out hidden definitions, members and arguments, and every directive that is not for clients."""

    def __init__(self, hidden: set[str]) -> None:
        super().__init__()
        self._hidden = hidden

    def enter(self, node: Node, *_: Any) -> Any:
        if isinstance(node, DirectiveDefinitionNode):
            return None if _is_for_operations(node) else REMOVE
        if isinstance(node, SchemaDefinitionNode):
            return None
        if node.kind == "named_type":
            return REMOVE if node.name.value in self._hidden else None  # type: ignore[attr-defined]
        if node.kind == "directive":
            return None if node.name.value in _CLIENT_DIRECTIVES else REMOVE  # type: ignore[attr-defined]
        if isinstance(node, (TypeDefinitionNode, ObjectTypeDefinitionNode)) or node.kind in (
            "field_definition",
            "input_value_definition",
            "enum_value_definition",
        ):
            return REMOVE if _is_hidden(node) else None
        return None
