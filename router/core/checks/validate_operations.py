"""Whether recorded operations are valid, together with the variables that came along."""

from __future__ import annotations

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    Visitor,
    get_variable_values,
    validate,
    visit,
)

from router.core.checks.read_operations import RecordedOperation

_MAX_ERRORS = 20


class Validator:
    """Of one schema; a document that comes again is not validated again."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: dict[tuple[int, int], tuple[RecordedOperation, list[str]]] = {}

    def problems(self, operation: RecordedOperation) -> list[str]:
        """Why the operation would be refused; empty when it is valid."""
        key = (id(operation.document), id(operation.definition))
        if key not in self._known:
            # The operation is kept, too: its nodes' identities are only theirs while they live.
            self._known[key] = operation, self._validate(operation)
        return self._known[key][1] or self._coerce(operation)

    def _validate(self, operation: RecordedOperation) -> list[str]:
        errors = validate(self._schema, _document_of(operation), max_errors=_MAX_ERRORS)
        return [error.message for error in errors]

    def _coerce(self, operation: RecordedOperation) -> list[str]:
        if operation.variables is None:
            return []
        found = get_variable_values(
            self._schema,
            operation.definition.variable_definitions or (),
            dict(operation.variables),
            max_errors=_MAX_ERRORS,
        )
        return [error.message for error in found] if isinstance(found, list) else []


def _document_of(operation: RecordedOperation) -> DocumentNode:
    """The operation and the fragments it spreads, without the other operations of its document."""
    fragments = {
        node.name.value: node
        for node in operation.document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    wanted: dict[str, FragmentDefinitionNode] = {}
    pending = _spread_by(operation.definition)
    while pending:
        name = pending.pop()
        if name in fragments and name not in wanted:
            wanted[name] = fragments[name]
            pending |= _spread_by(fragments[name])
    return DocumentNode(definitions=(operation.definition, *wanted.values()))


def _spread_by(node: object) -> set[str]:
    names: set[str] = set()

    class Spreads(Visitor):
        def enter_fragment_spread(self, spread: FragmentSpreadNode, *_: object) -> None:
            names.add(spread.name.value)

    visit(node, Spreads())  # type: ignore[arg-type]
    return names
