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
    kept = _meta_fields(definition.selection_set, fragments)
    if not kept:
        return None
    operation = OperationDefinitionNode(
        operation=definition.operation,
        name=definition.name,
        variable_definitions=definition.variable_definitions,
        selection_set=SelectionSetNode(selections=tuple(kept)),
    )
    # Introspection is answered at once: there is nothing to defer.
    stripped: DocumentNode = visit(
        DocumentNode(definitions=(operation, *fragments.values())), _WithoutDefer()
    )
    return stripped


class _WithoutDefer(Visitor):
    def enter_directive(self, node: DirectiveNode, *_: object) -> object:
        return REMOVE if node.name.value == "defer" else None


def _meta_fields(selection_set: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> list[Any]:
    """Meta fields at the root, within inline fragments that keep their directives."""
    kept: list[Any] = []
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            if node.name.value in _META_FIELDS:
                kept.append(node)
            continue
        if isinstance(node, FragmentSpreadNode):
            inner_set = fragments[node.name.value].selection_set
        else:
            assert isinstance(node, InlineFragmentNode)
            inner_set = node.selection_set
        inner = _meta_fields(inner_set, fragments)
        if inner:
            kept.append(
                InlineFragmentNode(
                    directives=node.directives, selection_set=SelectionSetNode(selections=tuple(inner))
                )
            )
    return kept
