"""Read a subgraph's SDL into the model: extensions folded in, directives by canonical name, machinery gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    print_ast,
)

from router.core.composition.federation_spec import (
    EXTENDS,
    EXTERNAL,
    KEY,
    MACHINERY_FIELDS,
    MACHINERY_TYPES,
    SHAREABLE,
)
from router.core.composition.field_sets import key_fields
from router.core.composition.model import (
    ROOT_TYPES,
    Directive,
    Element,
    Field,
    InputValue,
    Kind,
    Subgraph,
    Type,
)
from router.core.composition.read_links import Links
from router.core.composition.type_refs import TypeRef

TypeNodes = TypeDefinitionNode | TypeExtensionNode

_KINDS: Mapping[type[TypeNodes], Kind] = {
    ScalarTypeDefinitionNode: Kind.SCALAR,
    ScalarTypeExtensionNode: Kind.SCALAR,
    ObjectTypeDefinitionNode: Kind.OBJECT,
    ObjectTypeExtensionNode: Kind.OBJECT,
    InterfaceTypeDefinitionNode: Kind.INTERFACE,
    InterfaceTypeExtensionNode: Kind.INTERFACE,
    UnionTypeDefinitionNode: Kind.UNION,
    UnionTypeExtensionNode: Kind.UNION,
    EnumTypeDefinitionNode: Kind.ENUM,
    EnumTypeExtensionNode: Kind.ENUM,
    InputObjectTypeDefinitionNode: Kind.INPUT,
    InputObjectTypeExtensionNode: Kind.INPUT,
}


def read_subgraph(name: str, url: str, graph: str, document: DocumentNode, links: Links) -> Subgraph:
    """The model of a document that is a valid GraphQL schema (``validate_graphql`` has seen to that)."""
    subgraph = Subgraph(name=name, url=url, graph=graph, types={}, links=links)
    reader = _Reader(links, _root_names(document))
    for definition in document.definitions:
        if isinstance(definition, TypeDefinitionNode | TypeExtensionNode):
            reader.read_type(subgraph.types, definition)
        elif isinstance(definition, DirectiveDefinitionNode):
            subgraph.directive_definitions[definition.name.value] = definition
        elif isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            subgraph.schema_directives += reader.directives(definition.directives)
            subgraph.schema_description = subgraph.schema_description or _description(definition)
    _forget_externals_of_extension_keys(subgraph)
    return _with_root_types_of_federation(subgraph)


def _root_names(document: DocumentNode) -> dict[str, str]:
    """What the subgraph calls its root types, mapped to Query, Mutation and Subscription."""
    return {
        root.type.name.value: ROOT_TYPES[root.operation.value]
        for definition in document.definitions
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode)
        for root in definition.operation_types or ()
    }


def _forget_externals_of_extension_keys(subgraph: Subgraph) -> None:
    """``extend type T @key(fields: "id") { id: ID! @external }`` is an old way to say that ``id`` is known here.

    In Federation 1 that went for the extended type's own fields alone.
    """
    for parent, name in key_fields(subgraph, of_extensions_only=True):
        if subgraph.links.is_federation_1 and not _is_extended_entity(subgraph, parent):
            continue
        field = subgraph.types[parent].fields.get(name) if parent in subgraph.types else None
        if field is not None:
            field.directives = [d for d in field.directives if d.name != EXTERNAL]


def _is_extended_entity(subgraph: Subgraph, name: str) -> bool:
    return name in subgraph.types and any(key.of_extension for key in subgraph.types[name].applied(KEY))


def _with_root_types_of_federation(subgraph: Subgraph) -> Subgraph:
    """Every subgraph has a Query, for ``_entities`` if for nothing else; other roots only with fields."""
    subgraph.types = {
        name: type_
        for name, type_ in subgraph.types.items()
        if not (name in ROOT_TYPES.values() and type_.kind is Kind.OBJECT and not type_.fields)
    }
    subgraph.types.setdefault("Query", Type(name="Query", kind=Kind.OBJECT))
    return subgraph


@dataclass(frozen=True)
class _Reader:
    links: Links
    root_names: Mapping[str, str]

    def read_type(self, types: dict[str, Type], node: TypeNodes) -> None:
        name = self.type_name(node.name.value)
        if name in MACHINERY_TYPES or self.links.is_machinery_type(name):
            return
        type_ = types.setdefault(name, Type(name=name, kind=_KINDS[type(node)]))
        is_extension = isinstance(node, TypeExtensionNode)
        applied = self.directives(node.directives, of_extension=is_extension)
        spread = (SHAREABLE,) if self.links.is_federation_1 else (SHAREABLE, EXTERNAL)
        for_fields = [d for d in applied if d.name in spread]
        type_.directives += [
            d for d in applied if d.name != SHAREABLE and (d.name != EXTERNAL or d in for_fields)
        ]
        type_.description = type_.description or _description(node)
        self.read_members(type_, node, for_fields)

    def read_members(self, type_: Type, node: TypeNodes, for_fields: list[Directive]) -> None:
        """``for_fields``: ``@shareable`` and ``@external`` on a definition speak of the fields in it."""
        type_.interfaces += [i.name.value for i in getattr(node, "interfaces", None) or ()]
        type_.members += [self.type_name(t.name.value) for t in getattr(node, "types", None) or ()]
        for value in getattr(node, "values", None) or ():
            type_.values[value.name.value] = self.enum_value(value)
        for field in getattr(node, "fields", None) or ():
            if isinstance(field, InputValueDefinitionNode):
                type_.inputs[field.name.value] = self.input_value(field)
            elif field.name.value not in MACHINERY_FIELDS:
                read = self.field(field)
                read.directives += [d for d in for_fields if not read.has(d.name)]
                type_.fields[read.name] = read

    def field(self, node: FieldDefinitionNode) -> Field:
        return Field(
            name=node.name.value,
            description=_description(node),
            directives=self.directives(node.directives),
            type=self.type_ref(node.type),
            arguments={argument.name.value: self.input_value(argument) for argument in node.arguments or ()},
        )

    def input_value(self, node: InputValueDefinitionNode) -> InputValue:
        return InputValue(
            name=node.name.value,
            description=_description(node),
            directives=self.directives(node.directives),
            type=self.type_ref(node.type),
            default=node.default_value,
        )

    def enum_value(self, node: EnumValueDefinitionNode) -> Element:
        return Element(
            name=node.name.value,
            description=_description(node),
            directives=self.directives(node.directives),
        )

    def directives(
        self, nodes: Iterable[ConstDirectiveNode] | None, *, of_extension: bool = False
    ) -> list[Directive]:
        read = [self.directive(node, of_extension=of_extension) for node in nodes or ()]
        if any(directive.name == EXTENDS for directive in read):
            return [Directive(d.name, d.arguments, of_extension=True) for d in read]
        return read

    def directive(self, node: ConstDirectiveNode, *, of_extension: bool) -> Directive:
        arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
        return Directive(self.links.canonical_directive(node.name.value), arguments, of_extension)

    def type_ref(self, node: TypeNode) -> TypeRef:
        written = print_ast(node)
        return TypeRef(re.sub(r"\w+", lambda match: self.type_name(match[0]), written))

    def type_name(self, name: str) -> str:
        return self.root_names.get(name, name)


def _description(node: object) -> str | None:
    description = getattr(node, "description", None)
    return description.value if description is not None and description.value else None
