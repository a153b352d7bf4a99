"""Field sets: the selections inside ``@key``, ``@requires`` and ``@provides``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from router.core.composition.contexts import (
    context_arguments,
    contextual_fields,
    types_that_set,
    unbraced,
)
from router.core.composition.federation_spec import KEY, PROVIDES, REQUIRES
from router.core.composition.model import Kind, Subgraph, Type
from router.core.composition.type_refs import named_type

Coordinate = tuple[str, str]
"""Type name and field name."""


@dataclass(frozen=True, slots=True)
class SelectedField:
    """A field of a field set, seen from the type it is selected on."""

    parent: str
    node: FieldNode
    is_top_level: bool

    @property
    def name(self) -> str:
        return self.node.name.value

    @property
    def coordinate(self) -> Coordinate:
        return self.parent, self.name


def parse_field_set(text: str) -> SelectionSetNode:
    """``id owner { id }``. Raises GraphQLSyntaxError."""
    document = parse(f"{{{text}}}", no_location=True)
    operation = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(operation, OperationDefinitionNode):
        raise ValueError("more than a selection")
    return operation.selection_set


def walk_field_set(
    types: Mapping[str, Type], parent: str, selections: SelectionSetNode, *, is_top_level: bool = True
) -> Iterator[SelectedField]:
    """Every field selected, outermost first; below a field that the schema lacks nothing is visited."""
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield SelectedField(parent, selection, is_top_level)
            field = types[parent].fields.get(selection.name.value) if parent in types else None
            if field is not None and selection.selection_set is not None:
                inner = named_type(field.type)
                yield from walk_field_set(types, inner, selection.selection_set, is_top_level=False)
        elif isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition
            inner = condition.name.value if condition else parent
            yield from walk_field_set(types, inner, selection.selection_set, is_top_level=is_top_level)


def key_fields(subgraph: Subgraph, *, of_extensions_only: bool = False) -> set[Coordinate]:
    """Fields that are part of some key: each subgraph may resolve those, shareable or not."""
    found: set[Coordinate] = set()
    for type_ in subgraph.types.values():
        for directive in type_.applied(KEY):
            if of_extensions_only and not directive.of_extension:
                continue
            found |= _coordinates(subgraph, type_.name, directive.text("fields"))
    return found


def provided_fields(subgraph: Subgraph) -> set[Coordinate]:
    """Fields that some ``@provides`` makes this subgraph resolve, on that path at least."""
    return {
        coordinate
        for type_ in subgraph.types.values()
        for field in type_.fields.values()
        for directive in field.applied(PROVIDES)
        for coordinate in _coordinates(subgraph, named_type(field.type), directive.text("fields"))
    }


def used_fields(subgraph: Subgraph) -> set[Coordinate]:
    """Fields that a key, ``@requires`` or ``@provides`` speaks of, or an interface asks for."""
    found = key_fields(subgraph) | provided_fields(subgraph) | _fields_of_contexts(subgraph)
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            for directive in field.applied(REQUIRES):
                found |= _coordinates(subgraph, type_.name, directive.text("fields"))
        found |= _fields_asked_for_by_interfaces(subgraph, type_)
    return found


def _fields_of_contexts(subgraph: Subgraph) -> set[Coordinate]:
    """What arguments take from the types that set their contexts."""
    return {
        coordinate
        for _, field in contextual_fields(subgraph)
        for argument in context_arguments(field)
        for type_ in types_that_set(subgraph, argument.context)
        for coordinate in _coordinates(subgraph, type_.name, unbraced(argument.selection))
    }


def _coordinates(subgraph: Subgraph, parent: str, text: str | None) -> set[Coordinate]:
    """With each field selected on an interface, the same field of its implementations."""
    try:
        selections = parse_field_set(text or "")
    except (GraphQLSyntaxError, ValueError):
        return set()
    found = {selected.coordinate for selected in walk_field_set(subgraph.types, parent, selections)}
    return found | {
        (type_.name, name)
        for type_ in subgraph.types.values()
        for interface in type_.interfaces
        for parent, name in found
        if parent == interface
    }


def _fields_asked_for_by_interfaces(subgraph: Subgraph, type_: Type) -> set[Coordinate]:
    interfaces = (subgraph.types.get(name) for name in type_.interfaces)
    return {
        (type_.name, name)
        for interface in interfaces
        if interface is not None and interface.kind is Kind.INTERFACE
        for name in interface.fields
    }
