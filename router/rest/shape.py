"""What an operation selects, with its types: the form that its data will have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedOutputType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)

from router.rest.documents import Document, Fragments


@dataclass(frozen=True, slots=True)
class ShapedField:
    """``is_optional``: it may be left out, by a condition or for another type."""

    type: GraphQLOutputType
    definition: GraphQLField
    name: str
    is_optional: bool
    shape: Shape | None

    @property
    def is_nullable(self) -> bool:
        return not is_non_null_type(self.type)

    @property
    def is_list(self) -> bool:
        return is_list_type(self.type.of_type if is_non_null_type(self.type) else self.type)


@dataclass(frozen=True, slots=True)
class Shape:
    """An object's fields by response key. ``fragment`` is the one whose selections they are, where it is one alone."""

    type: GraphQLNamedOutputType
    fields: Mapping[str, ShapedField]
    fragment: FragmentDefinitionNode | None = None


def shape_of(document: Document, schema: GraphQLSchema) -> Shape:
    """Of the operation's data."""
    root = schema.get_root_type(document.definition.operation)
    assert root is not None, "the document was validated"
    return _Shaper(schema, document.fragments).shape(root, [document.definition.selection_set])


@dataclass(frozen=True, slots=True)
class _Shaper:
    schema: GraphQLSchema
    fragments: Fragments

    def shape(self, parent: Any, sets: Sequence[SelectionSetNode]) -> Shape:
        nodes: dict[str, list[tuple[Any, FieldNode, bool]]] = {}
        for selection_set in sets:
            for owner, node, is_optional in self._fields(parent, selection_set.selections, False):
                key = node.alias.value if node.alias else node.name.value
                nodes.setdefault(key, []).append((owner, node, is_optional))
        fields = {key: self._field(parent, found) for key, found in nodes.items()}
        return Shape(parent, fields, self._sole_fragment(parent, sets))

    def _field(self, parent: Any, found: Sequence[tuple[Any, FieldNode, bool]]) -> ShapedField:
        owner, first, _ = found[0]
        definition = self.schema.get_field(owner, first.name.value)
        assert definition is not None, f"{parent} was validated"
        named = get_named_type(definition.type)
        sets = [node.selection_set for _, node, _ in found if node.selection_set]
        return ShapedField(
            type=definition.type,
            definition=definition,
            name=first.name.value,
            is_optional=all(is_optional for _, _, is_optional in found),
            shape=self.shape(named, sets) if is_composite_type(named) else None,
        )

    def _fields(
        self, parent: Any, selections: Sequence[SelectionNode], is_optional: bool
    ) -> Iterator[tuple[Any, FieldNode, bool]]:
        for node in selections:
            may_miss = is_optional or bool(node.directives)
            if isinstance(node, FieldNode):
                yield parent, node, may_miss
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                yield from self._within(parent, fragment, may_miss)
            elif isinstance(node, InlineFragmentNode):
                yield from self._within(parent, node, may_miss)

    def _within(self, parent: Any, node: Any, may_miss: bool) -> Iterator[tuple[Any, FieldNode, bool]]:
        owner = self.schema.type_map[node.type_condition.name.value] if node.type_condition else parent
        is_narrower = owner is not parent and not self._covers(owner, parent)
        yield from self._fields(owner, node.selection_set.selections, may_miss or is_narrower)

    def _covers(self, wider: Any, type_: Any) -> bool:
        return is_abstract_type(wider) and self.schema.is_sub_type(wider, type_)

    def _sole_fragment(self, parent: Any, sets: Sequence[SelectionSetNode]) -> FragmentDefinitionNode | None:
        if len(sets) != 1 or len(sets[0].selections) != 1:
            return None
        [node] = sets[0].selections
        if not isinstance(node, FragmentSpreadNode) or node.directives:
            return None
        fragment = self.fragments[node.name.value]
        return fragment if fragment.type_condition.name.value == parent.name else None
