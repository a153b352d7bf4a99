"""What an operation selects, with its types: the form that its data will have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

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
    is_list_type,
    is_non_null_type,
)

from router.rest.documents import Document, Fragments

_Set: TypeAlias = tuple[Any, SelectionSetNode]
"""Selections, and the type that they are of."""


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
    return _Shaper(schema, document.fragments).shape([(root, document.definition.selection_set)])


@dataclass(frozen=True, slots=True)
class _Shaper:
    schema: GraphQLSchema
    fragments: Fragments

    def shape(self, sets: Sequence[_Set]) -> Shape:
        """Of all selections of one response key. They are of several types below fragments on these."""
        nodes: dict[str, list[tuple[Any, FieldNode, bool]]] = {}
        is_one = len({parent.name for parent, _ in sets}) == 1
        for parent, selection_set in sets:
            for owner, node, is_optional in self._fields(parent, selection_set.selections, not is_one):
                key = node.alias.value if node.alias else node.name.value
                nodes.setdefault(key, []).append((owner, node, is_optional))
        fields = {key: self._field(found) for key, found in nodes.items()}
        return Shape(sets[0][0], fields, self._sole_fragment(sets))

    def _field(self, found: Sequence[tuple[Any, FieldNode, bool]]) -> ShapedField:
        sets: list[_Set] = []
        definitions = [self._definition(owner, node) for owner, node, _ in found]
        for definition, (_, node, _) in zip(definitions, found, strict=True):
            if node.selection_set is not None:
                sets.append((get_named_type(definition.type), node.selection_set))
        return ShapedField(
            type=definitions[0].type,
            definition=definitions[0],
            name=found[0][1].name.value,
            is_optional=all(is_optional for _, _, is_optional in found),
            shape=self.shape(sets) if sets else None,
        )

    def _definition(self, owner: Any, node: FieldNode) -> GraphQLField:
        definition = self.schema.get_field(owner, node.name.value)
        assert definition is not None, "the document was validated"
        return definition

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
        """Whether whatever is of the type is of the wider one too."""
        if not is_abstract_type(wider):
            return False
        possible = self.schema.get_possible_types(type_) if is_abstract_type(type_) else [type_]
        return all(self.schema.is_sub_type(wider, each) for each in possible)

    def _sole_fragment(self, sets: Sequence[_Set]) -> FragmentDefinitionNode | None:
        if len(sets) != 1 or len(sets[0][1].selections) != 1:
            return None
        [(parent, selection_set)] = sets
        [node] = selection_set.selections
        if not isinstance(node, FragmentSpreadNode) or node.directives:
            return None
        fragment = self.fragments[node.name.value]
        return fragment if fragment.type_condition.name.value == parent.name else None
