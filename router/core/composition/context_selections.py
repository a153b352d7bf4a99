"""Judge what an argument selects of the types that set its context: one value, of the argument's type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)

from router.core.composition.contexts import unbraced
from router.core.composition.federation_spec import INTERFACE_OBJECT
from router.core.composition.field_sets import parse_field_set
from router.core.composition.model import Kind, Subgraph, Type, possible_types
from router.core.composition.type_refs import TypeRef, named_type

_COMPOSITE = (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)


def parse_context_selection(text: str) -> SelectionSetNode:
    """With or without its braces. Raises GraphQLSyntaxError."""
    return parse_field_set(unbraced(text))


def selection_faults(
    subgraph: Subgraph, setting: Sequence[Type], selection: str, expected: TypeRef
) -> Iterator[str]:
    """How the sentence "the selection is invalid" goes on. ``setting``: types that set the context."""
    try:
        selections = parse_context_selection(selection)
    except (GraphQLSyntaxError, ValueError) as error:
        yield f": {getattr(error, 'message', error)}"
        return
    shape_fault = _shape_fault(selections.selections)
    if shape_fault is not None:
        yield f": {shape_fault}"
        return
    used: set[str] = set()
    for type_ in setting:
        unknown = _unknown(subgraph, type_.name, selections)
        if unknown is not None:
            yield f" for type {type_.name}. Error: {unknown}"
            return
        faults = list(_faults_at(subgraph, type_, selections, expected, used))
        yield from (f": {fault}" for fault in faults)
        if faults:
            return
    for name in (n.type_condition.name.value for n in _fragments(selections) if n.type_condition):
        if name not in used:
            yield f': type condition "{name}" is never used.'


def _shape_fault(selections: Sequence[SelectionNode]) -> str | None:
    if not selections:
        return "no selection is made"
    if isinstance(selections[0], FieldNode):
        return None if len(selections) == 1 else "multiple selections are made"
    if isinstance(selections[0], FragmentSpreadNode):
        return "fragment spread is not allowed"
    if not all(isinstance(selection, InlineFragmentNode) for selection in selections):
        return "multiple fields could be selected"
    names = {
        s.type_condition.name.value
        for s in selections
        if isinstance(s, InlineFragmentNode) and s.type_condition is not None
    }
    return None if len(names) == len(selections) else "type conditions have same name"


def _fragments(selections: SelectionSetNode) -> list[InlineFragmentNode]:
    return [node for node in selections.selections if isinstance(node, InlineFragmentNode)]


def _unknown(subgraph: Subgraph, parent: str, selections: SelectionSetNode) -> str | None:
    """What the schema does not know, in words."""
    for node in selections.selections:
        if isinstance(node, FieldNode) and node.name.value != "__typename":
            field = subgraph.types[parent].fields.get(node.name.value)
            if field is None:
                return f'Cannot query field "{node.name.value}" on type "{parent}".'
            returned = subgraph.types.get(named_type(field.type))
            is_composite = returned is not None and returned.kind in _COMPOSITE
            if is_composite != (node.selection_set is not None):
                return (
                    f'Field "{parent}.{node.name.value}" of type "{field.type}" is selected in the wrong way.'
                )
            inner = named_type(field.type)
        elif isinstance(node, InlineFragmentNode):
            inner = node.type_condition.name.value if node.type_condition else parent
            if inner not in subgraph.types:
                return f'Unknown type "{inner}".'
        else:
            continue
        if node.selection_set is not None:
            unknown = _unknown(subgraph, inner, node.selection_set)
            if unknown is not None:
                return unknown
    return None


def _any_node(selections: SelectionSetNode, is_meant: Callable[[SelectionNode], bool]) -> bool:
    for node in selections.selections:
        inner = node.selection_set if isinstance(node, FieldNode | InlineFragmentNode) else None
        if is_meant(node) or (inner is not None and _any_node(inner, is_meant)):
            return True
    return False


def _faults_at(
    subgraph: Subgraph, type_: Type, selections: SelectionSetNode, expected: TypeRef, used: set[str]
) -> Iterator[str]:
    """``used``: takes the type conditions that one of the types meets."""
    if _any_node(selections, lambda node: bool(node.directives)):
        yield "directives are not allowed in the selection"
    if _any_node(selections, lambda node: isinstance(node, FieldNode) and node.alias is not None):
        yield "aliases are not allowed in the selection"
    fragments = _fragments(selections)
    if not fragments:
        yield from _type_faults(subgraph, type_.name, selections, expected)
        return
    matching = []
    for node in fragments:
        name = node.type_condition.name.value if node.type_condition else type_.name
        if subgraph.types[name].kind is not Kind.OBJECT:
            yield 'type conditions must be an object type"'
        elif name in possible_types(subgraph.types, type_.name):
            used.add(name)
            matching.append((name, node))
    if not matching:
        yield f'no type condition matches the location "{type_.name}"'
    for name, node in matching:
        yield from _type_faults(subgraph, name, node.selection_set, expected, may_be_null=True)


def _type_faults(
    subgraph: Subgraph,
    parent: str,
    selections: SelectionSetNode,
    expected: TypeRef,
    *,
    may_be_null: bool = False,
) -> Iterator[str]:
    if any(subgraph.types[name].has(INTERFACE_OBJECT) for name in _visited(subgraph, parent, selections)):
        yield f'One of the types in the selection is an interfaceObject: "{parent}"'
    resolved = _resolved_type(subgraph, parent, selections)
    if resolved is not None and may_be_null:
        resolved = TypeRef(resolved.removesuffix("!"))
    if resolved is None or not _fits(resolved, expected):
        found = f'"{resolved}" ' if resolved is not None else ""
        yield f'the type of the selection {found}does not match the expected type "{expected}"'


def _visited(subgraph: Subgraph, parent: str, selections: SelectionSetNode) -> Iterator[str]:
    yield parent
    for node in selections.selections:
        if isinstance(node, FieldNode) and node.selection_set is not None:
            field = subgraph.types[parent].fields[node.name.value]
            yield from _visited(subgraph, named_type(field.type), node.selection_set)


def _resolved_type(subgraph: Subgraph, parent: str, selections: SelectionSetNode) -> TypeRef | None:
    """Lists on the way remain, nullability does not; None when fields below differ in type."""
    found = {_type_of(subgraph, parent, node) for node in selections.selections}
    return next(iter(found)) if len(found) == 1 else None


def _type_of(subgraph: Subgraph, parent: str, node: SelectionNode) -> TypeRef | None:
    if not isinstance(node, FieldNode):
        return None
    if node.name.value == "__typename":
        return TypeRef("String")
    type_ref = subgraph.types[parent].fields[node.name.value].type
    inner: str | None = named_type(type_ref)
    if node.selection_set is not None:
        inner = _resolved_type(subgraph, named_type(type_ref), node.selection_set)
    depth = type_ref.count("[")
    return None if inner is None else TypeRef("[" * depth + inner + "]" * depth)


def _fits(found: TypeRef, expected: TypeRef) -> bool:
    """A value that may be null does not fit where one is needed."""
    if found.endswith("!"):
        return _fits(TypeRef(found[:-1]), TypeRef(expected.removesuffix("!")))
    if found.startswith("[") and expected.startswith("["):
        return _fits(TypeRef(found[1:-1]), TypeRef(expected[1:-1]))
    return found == expected
