"""The part of an operation that the router answers itself, from the API schema."""

from __future__ import annotations

from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    visit,
)
from graphql.language.visitor import REMOVE

_META_FIELDS = frozenset({"__schema", "__type"})


def introspection_document(
    document: DocumentNode, definition: OperationDefinitionNode
) -> DocumentNode | None:
    """A document with the operation's ``__schema`` and ``__type`` fields alone; None when there are none."""
    if definition.operation.value != "query":
        return None
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    reduced = _Reduced(fragments)
    kept = reduced.selections(definition.selection_set)
    if not kept:
        return None
    operation = OperationDefinitionNode(
        operation=definition.operation,
        name=definition.name,
        variable_definitions=definition.variable_definitions,
        selection_set=SelectionSetNode(selections=kept),
    )
    # Introspection is answered at once: there is nothing to defer.
    stripped: DocumentNode = visit(
        DocumentNode(definitions=(operation, *{**fragments, **reduced.fragments}.values())), _WithoutDefer()
    )
    return stripped


class _WithoutDefer(Visitor):
    def enter_directive(self, node: DirectiveNode, *_: object) -> object:
        return REMOVE if node.name.value == "defer" else None


class _Reduced:
    """Meta fields at the root, within fragments that keep their directives. Each fragment is reduced once, however
    often it is spread.
    """

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._all = fragments
        self._known: dict[str, tuple[Any, ...]] = {}
        self.fragments: dict[str, FragmentDefinitionNode] = {}

    def selections(self, selection_set: SelectionSetNode) -> tuple[Any, ...]:
        kept: list[Any] = []
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                kept += [node] if node.name.value in _META_FIELDS else []
            elif isinstance(node, FragmentSpreadNode):
                kept += [node] if self._fragment(node.name.value) else []
            else:
                assert isinstance(node, InlineFragmentNode)
                inner = self.selections(node.selection_set)
                if inner:
                    narrowed = SelectionSetNode(selections=inner)
                    kept.append(InlineFragmentNode(directives=node.directives, selection_set=narrowed))
        return tuple(kept)

    def _fragment(self, name: str) -> tuple[Any, ...]:
        known = self._known.get(name)
        if known is None:
            node = self._all[name]
            known = self._known[name] = self.selections(node.selection_set)
            if known:
                self.fragments[name] = FragmentDefinitionNode(
                    name=node.name,
                    type_condition=node.type_condition,
                    directives=node.directives,
                    selection_set=SelectionSetNode(selections=known),
                )
        return known
