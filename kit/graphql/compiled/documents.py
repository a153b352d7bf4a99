"""What has to be known of a document before one of its operations can be compiled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

from kit.graphql.compiled.variables import Variables

_INCREMENTAL = frozenset(("defer", "stream"))
_CONDITIONS = frozenset(("skip", "include"))


@dataclass(slots=True)
class Prepared:
    """An operation, the fragments around it, and the variables that its ``@skip`` and ``@include`` ask.

    ``refusal`` says in a word why it is not for compilation; ``variants`` are the values of the conditions for which
    it was compiled.
    """

    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    conditions: tuple[str, ...]
    refusal: str | None
    variables: Variables
    variants: set[tuple[bool, ...]] = field(default_factory=set)


def prepare(
    schema: GraphQLSchema, document: DocumentNode, operation_name: str | None
) -> Prepared | GraphQLError:
    """The operation of that name, or the error of a request that names none."""
    operation: OperationDefinitionNode | None = None
    fragments: dict[str, FragmentDefinitionNode] = {}
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = definition
        elif isinstance(definition, OperationDefinitionNode):
            if operation_name is None:
                if operation is not None:
                    return GraphQLError("Must provide operation name if query contains multiple operations.")
                operation = definition
            elif definition.name and definition.name.value == operation_name:
                operation = definition
    if operation is None:
        unknown = f"Unknown operation named '{operation_name}'."
        return GraphQLError("Must provide an operation." if operation_name is None else unknown)
    conditions: dict[str, None] = {}
    refusal = _refusal(operation, fragments, conditions)
    return Prepared(operation, fragments, tuple(conditions), refusal, Variables(schema, operation))


def _refusal(
    operation: OperationDefinitionNode,
    fragments: dict[str, FragmentDefinitionNode],
    conditions: dict[str, None],
) -> str | None:
    if any(fragment.variable_definitions for fragment in fragments.values()):
        return "fragment_variables"
    if any(each.name.value == "experimental_disableErrorPropagation" for each in operation.directives or ()):
        return "error_propagation"
    for definition in (operation, *fragments.values()):
        for selection in _selections(definition.selection_set):
            for directive in selection.directives or ():
                if directive.name.value in _INCREMENTAL:
                    return directive.name.value
                if directive.name.value in _CONDITIONS:
                    for argument in directive.arguments or ():
                        if isinstance(argument.value, VariableNode):
                            conditions[argument.value.name.value] = None
    return None


def _selections(
    selection_set: SelectionSetNode,
) -> Iterator[FieldNode | InlineFragmentNode | FragmentSpreadNode]:
    pending: list[SelectionNode] = list(selection_set.selections)
    while pending:
        selection = pending.pop()
        if isinstance(selection, FieldNode | InlineFragmentNode | FragmentSpreadNode):
            yield selection
        inner = getattr(selection, "selection_set", None)
        if inner is not None:
            pending.extend(inner.selections)
