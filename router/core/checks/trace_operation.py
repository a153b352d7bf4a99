"""Which parts of a schema an operation relies on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    type_from_ast,
)

from router.core.checks.changes import Trace, Use, argument, at_location, narrowing
from router.core.checks.read_operations import RecordedOperation
from router.core.checks.trace_inputs import InputTraces


def trace_operation(schema: GraphQLSchema, operation: RecordedOperation) -> frozenset[Trace]:
    """The traces of a valid operation."""
    return frozenset(_Tracer(schema, operation).trace())


class _Tracer:
    def __init__(self, schema: GraphQLSchema, operation: RecordedOperation) -> None:
        self._schema = schema
        self._definition = operation.definition
        self._fragments = {
            node.name.value: node
            for node in operation.document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._found: set[Trace] = set()
        self._inputs = InputTraces(
            operation.definition.variable_definitions or (), operation.variables, self._found
        )
        self._seen: set[tuple[str, str]] = set()

    def trace(self) -> set[Trace]:
        kind = self._definition.operation
        self._add(Use.RUNS, kind.value)
        self._trace_directives(self._definition.directives, kind.name)
        for node in self._definition.variable_definitions or ():
            named = get_named_type(type_from_ast(self._schema, node.type))
            assert named is not None, "a valid operation's variables have known types"
            self._add(Use.NAMES, named.name)
            self._trace_directives(node.directives, "VARIABLE_DEFINITION")
        self._trace_selections(self._schema.get_root_type(kind), self._definition.selection_set)
        return self._found

    def _add(self, use: Use, coordinate: str) -> None:
        self._found.add(Trace(use, coordinate))

    def _trace_selections(self, parent: Any, selection_set: SelectionSetNode) -> None:
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                self._trace_field(parent, node)
            elif isinstance(node, InlineFragmentNode):
                self._trace_directives(node.directives, "INLINE_FRAGMENT")
                self._trace_fragment(parent, node)
            elif isinstance(node, FragmentSpreadNode):
                self._trace_directives(node.directives, "FRAGMENT_SPREAD")
                self._trace_spread(parent, node.name.value)

    def _trace_field(self, parent: Any, node: FieldNode) -> None:
        self._trace_directives(node.directives, "FIELD")
        field = self._schema.get_field(parent, node.name.value)
        if field is None or node.name.value.startswith("__"):
            return
        named = get_named_type(field.type)
        self._add(Use.SELECTS, f"{parent.name}.{node.name.value}")
        self._add(Use.RETURNS, named.name)
        self._trace_arguments(parent, node)
        if node.selection_set:
            self._trace_selections(named, node.selection_set)

    def _trace_arguments(self, parent: Any, node: FieldNode) -> None:
        """Of an abstract type's field also those of its objects, whose defaults are the ones that hold."""
        owners: list[Any] = (
            [parent, *self._schema.get_possible_types(parent)] if is_abstract_type(parent) else [parent]
        )
        for owner in owners:
            declared = owner.fields[node.name.value].args
            coordinates = {name: argument(f"{owner.name}.{node.name.value}", name) for name in declared}
            self._inputs.trace_fields(declared, coordinates, node.arguments or ())

    def _trace_spread(self, parent: Any, name: str) -> None:
        fragment = self._fragments[name]
        if (parent.name, name) not in self._seen:
            self._seen.add((parent.name, name))
            self._trace_directives(fragment.directives, "FRAGMENT_DEFINITION")
            self._trace_fragment(parent, fragment)

    def _trace_fragment(self, parent: Any, node: InlineFragmentNode | FragmentDefinitionNode) -> None:
        if node.type_condition is not None:
            condition = self._schema.get_type(node.type_condition.name.value)
            assert condition is not None
            assert is_composite_type(condition)
            self._add(Use.NAMES, condition.name)
            self._add(Use.NARROWS, narrowing(parent.name, condition.name))
            parent = condition
        self._trace_selections(parent, node.selection_set)

    def _trace_directives(self, nodes: Iterable[DirectiveNode] | None, location: str) -> None:
        for node in nodes or ():
            coordinate = f"@{node.name.value}"
            self._add(Use.APPLIES, coordinate)
            self._add(Use.APPLIES, at_location(coordinate, location))
            directive = self._schema.get_directive(node.name.value)
            assert directive is not None
            coordinates = {name: argument(coordinate, name) for name in directive.args}
            self._inputs.trace_fields(directive.args, coordinates, node.arguments or ())
