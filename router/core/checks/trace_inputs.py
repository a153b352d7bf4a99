"""What an operation sends: arguments, input objects and enum values, in literals and through variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    ArgumentNode,
    ListValueNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_non_null_type,
    is_required_argument,
)
from graphql.language import NonNullTypeNode

from router.core.checks.changes import Trace, Use


class InputTraces:
    """Collects into ``found``. ``variables`` are recorded values; None means that any may be sent."""

    def __init__(
        self,
        definitions: Iterable[VariableDefinitionNode],
        variables: Mapping[str, Any] | None,
        found: set[Trace],
    ) -> None:
        self._definitions = {node.variable.name.value: node for node in definitions}
        self._variables = variables
        self._found = found

    def trace_fields(
        self,
        declared: Mapping[str, Any],
        coordinates: Mapping[str, str],
        given: Iterable[ArgumentNode | ObjectFieldNode],
    ) -> None:
        """Arguments or input fields by name, with their coordinates, and those that are written down."""
        values = {node.name.value: node.value for node in given}
        for name, coordinate in coordinates.items():
            if name not in values:
                self._add(Use.OMITS, coordinate)
            else:
                self._trace_given(coordinate, declared[name], values[name])

    def _add(self, use: Use, coordinate: str) -> None:
        self._found.add(Trace(use, coordinate))

    def _trace_given(self, coordinate: str, declared: Any, node: Any) -> None:
        if isinstance(node, VariableNode):
            self._trace_variable(coordinate, declared, self._definitions.get(node.name.value))
            return
        self._add(Use.GIVES, coordinate)
        if isinstance(node, NullValueNode):
            self._add(Use.GIVES_NULL, coordinate)
        else:
            self._trace_literal(declared.type, node)

    def _trace_variable(self, coordinate: str, declared: Any, definition: Any) -> None:
        """The document is validated with the variable in its place and with its default, whatever is sent."""
        if definition is None:
            return
        name, default = definition.variable.name.value, definition.default_value
        is_nullable = not isinstance(definition.type, NonNullTypeNode)
        self._add(Use.GIVES, coordinate)
        if is_nullable:
            self._add(Use.GIVES_NULL, coordinate)
        if default is not None:
            self._trace_literal(declared.type, default)
        elif is_nullable and (self._variables is None or name not in self._variables):
            self._add(Use.OMITS, coordinate)
        if self._variables is None:
            self._trace_any(declared.type)
        elif name in self._variables:
            self._trace_json(declared.type, self._variables[name])

    def _trace_literal(self, expected: Any, node: Any) -> None:
        named = get_named_type(expected)
        self._add(Use.SENDS, named.name)
        if isinstance(node, ListValueNode):
            for item in node.values:
                self._trace_item(expected, item)
        elif is_enum_type(named) and hasattr(node, "value"):
            self._add(Use.GIVES, f"{named.name}.{node.value}")
        elif is_input_object_type(named) and isinstance(node, ObjectValueNode):
            coordinates = {name: f"{named.name}.{name}" for name in named.fields}
            self.trace_fields(named.fields, coordinates, node.fields)

    def _trace_item(self, expected: Any, node: Any) -> None:
        if not isinstance(node, VariableNode):
            self._trace_literal(expected, node)
        elif self._variables is None:
            self._trace_any(expected)
        else:
            self._trace_json(expected, self._variables.get(node.name.value))

    def _trace_json(self, expected: Any, value: Any) -> None:
        named = get_named_type(expected)
        self._add(Use.SENDS, named.name)
        if isinstance(value, list):
            for item in value:
                self._trace_json(expected, item)
        elif is_enum_type(named):
            self._add(Use.GIVES, f"{named.name}.{value}")
        elif is_input_object_type(named) and isinstance(value, dict):
            for name, field in named.fields.items():
                coordinate = f"{named.name}.{name}"
                self._add(Use.GIVES if name in value else Use.OMITS, coordinate)
                if name in value and value[name] is None:
                    self._add(Use.GIVES_NULL, coordinate)
                elif name in value:
                    self._trace_json(field.type, value[name])

    def _trace_any(self, expected: Any) -> None:
        """Every value of a type, and of the types of its fields."""
        named = get_named_type(expected)
        sent = Trace(Use.SENDS, f"any {named.name}")
        if sent in self._found:
            return
        self._found.update((sent, Trace(Use.SENDS, named.name)))
        if is_enum_type(named):
            self._found.update(Trace(Use.GIVES, f"{named.name}.{value}") for value in named.values)
        if is_input_object_type(named):
            for name, field in named.fields.items():
                self._trace_any_field(f"{named.name}.{name}", field)

    def _trace_any_field(self, coordinate: str, field: Any) -> None:
        self._add(Use.GIVES, coordinate)
        if not is_non_null_type(field.type):
            self._add(Use.GIVES_NULL, coordinate)
        if not is_required_argument(field):
            self._add(Use.OMITS, coordinate)
        self._trace_any(field.type)
