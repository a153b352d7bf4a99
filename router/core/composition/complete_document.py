"""Complete a subgraph's document to plain GraphQL, so that graphql-core can judge it.

Subgraphs print uses of federation's directives without their definitions, and extend types that they do not
define (``extend type Query``); both are right in federation and wrong in GraphQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    NameNode,
    Node,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    Visitor,
    parse,
    visit,
)

from router.core.composition.federation_spec import DEFINITIONS
from router.core.composition.read_links import Links

_DEFINITION_OF: dict[type[TypeExtensionNode], Callable[..., TypeDefinitionNode]] = {
    ScalarTypeExtensionNode: ScalarTypeDefinitionNode,
    ObjectTypeExtensionNode: ObjectTypeDefinitionNode,
    InterfaceTypeExtensionNode: InterfaceTypeDefinitionNode,
    UnionTypeExtensionNode: UnionTypeDefinitionNode,
    EnumTypeExtensionNode: EnumTypeDefinitionNode,
    InputObjectTypeExtensionNode: InputObjectTypeDefinitionNode,
}


def complete_document(document: DocumentNode, links: Links) -> DocumentNode:
    """The document with every directive and type that it may leave undefined."""
    definitions = [*_define_orphans(document), *_missing_directives(document, links)]
    defined = _defined_types(definitions)
    definitions += [node for name, node in _spec_types().items() if name not in defined]
    return DocumentNode(definitions=tuple(definitions))


def _define_orphans(document: DocumentNode) -> Iterator[DefinitionNode]:
    """The first extension of a type that is defined nowhere stands for its definition."""
    defined = _defined_types(document.definitions)
    for node in document.definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in defined:
            defined.add(node.name.value)
            parts = {key: getattr(node, key) for key in node.keys if hasattr(node, key)}
            yield _DEFINITION_OF[type(node)](**parts)
        else:
            yield node


def _defined_types(definitions: tuple[DefinitionNode, ...] | list[DefinitionNode]) -> set[str]:
    return {node.name.value for node in definitions if isinstance(node, TypeDefinitionNode)}


def _missing_directives(document: DocumentNode, links: Links) -> Iterator[DirectiveDefinitionNode]:
    """Definitions of federation's directives under the names by which this document uses them."""
    defined = {node.name.value for node in document.definitions if isinstance(node, DirectiveDefinitionNode)}
    for name in sorted(_used_directives(document) - defined):
        definition = _spec_directives().get(links.canonical_directive(name))
        if definition is not None:
            yield DirectiveDefinitionNode(
                name=NameNode(value=name),
                arguments=definition.arguments,
                repeatable=definition.repeatable,
                locations=definition.locations,
            )


class _DirectiveNames(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: ConstDirectiveNode, *_: object) -> None:
        self.names.add(node.name.value)


def _used_directives(document: Node) -> set[str]:
    visitor = _DirectiveNames()
    visit(document, visitor)
    return visitor.names


@cache
def _spec_directives() -> dict[str, DirectiveDefinitionNode]:
    definitions = parse(DEFINITIONS, no_location=True).definitions
    return {node.name.value: node for node in definitions if isinstance(node, DirectiveDefinitionNode)}


@cache
def _spec_types() -> dict[str, TypeDefinitionNode]:
    definitions = parse(DEFINITIONS, no_location=True).definitions
    return {node.name.value: node for node in definitions if isinstance(node, TypeDefinitionNode)}
