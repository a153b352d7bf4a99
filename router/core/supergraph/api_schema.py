"""The schema that clients see: the supergraph without its joins and without what is ``@inaccessible``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    DirectiveDefinitionNode,
    DirectiveLocation,
    DocumentNode,
    GraphQLSchema,
    Node,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    Visitor,
    build_ast_schema,
    parse,
    visit,
)
from graphql.language.visitor import REMOVE

from router.core.supergraph.specifications import Specifications

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
DEFER = parse(
    """
    "What the fragment selects may arrive after the rest of the answer."
    directive @defer(
      "Deferred when true, which it is unless a variable says otherwise."
      if: Boolean! = true
      "Tells the parts of an answer apart; unique within an operation."
      label: String
    ) on FRAGMENT_SPREAD | INLINE_FRAGMENT
    """,
    no_location=True,
)
_CLIENT_DIRECTIVES = frozenset({"deprecated", "specifiedBy", "oneOf"})


def build_api_schema(document: DocumentNode) -> GraphQLSchema:
    """Of a supergraph document. Raises GraphQLError or TypeError when it is no sound schema."""
    specifications = Specifications.of(document)
    hidden = {
        definition.name.value
        for definition in document.definitions
        if isinstance(definition, TypeDefinitionNode) and specifications.hides(definition)
    }
    stripped = visit(document, _Strip(specifications, hidden))
    return build_ast_schema(
        DocumentNode(definitions=(*stripped.definitions, *DEFER.definitions)), assume_valid_sdl=True
    )


def inaccessible_names(document: DocumentNode) -> Iterator[str]:
    """Names of hidden types, and ``Enum.VALUE`` of hidden values."""
    specifications = Specifications.of(document)
    for definition in document.definitions:
        if isinstance(definition, TypeDefinitionNode):
            if specifications.hides(definition):
                yield definition.name.value
            for value in getattr(definition, "values", None) or ():
                if specifications.hides(value):
                    yield f"{definition.name.value}.{value.name.value}"


class _Strip(Visitor):
    """Takes out hidden definitions, members and arguments, and every directive that is not for clients."""

    def __init__(self, specifications: Specifications, hidden: set[str]) -> None:
        super().__init__()
        self._specifications = specifications
        self._hidden = hidden

    def enter(self, node: Node, *_: Any) -> Any:
        if isinstance(node, DirectiveDefinitionNode):
            return None if self._is_for_operations(node) else REMOVE
        if isinstance(node, SchemaDefinitionNode):
            return None
        if node.kind == "named_type":
            return REMOVE if node.name.value in self._hidden else None  # type: ignore[attr-defined]
        if node.kind == "directive":
            return None if node.name.value in _CLIENT_DIRECTIVES else REMOVE  # type: ignore[attr-defined]
        if isinstance(node, TypeDefinitionNode) or node.kind in (
            "field_definition",
            "input_value_definition",
            "enum_value_definition",
        ):
            return REMOVE if self._specifications.hides(node) else None
        return None

    def _is_for_operations(self, node: DirectiveDefinitionNode) -> bool:
        """Whether clients may write the directive in their documents."""
        if self._specifications.owns(node.name.value):
            return False
        return any(DirectiveLocation[name.value] in _EXECUTABLE for name in node.locations)
