"""JSON Schemas of what goes in and out; those with a name are kept as components."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    NullValueNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    value_from_ast_untyped,
)

from router.rest.shape import Shape, ShapedField

JsonSchema: TypeAlias = dict[str, Any]

_SCALARS: Mapping[str, JsonSchema] = {
    "Int": {"type": "integer", "format": "int32"},
    "Float": {"type": "number"},
    "String": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "ID": {"type": "string"},
    "DateTime": {"type": "string", "format": "date-time"},
    "Date": {"type": "string", "format": "date"},
    "UUID": {"type": "string", "format": "uuid"},
}


class Components:
    """Schemas by name, as far as something refers to them."""

    def __init__(self) -> None:
        self.schemas: dict[str, JsonSchema] = {}
        self._owners: dict[str, object] = {}

    def named(self, name: str, owner: object, make: Callable[[], JsonSchema]) -> JsonSchema:
        """A reference to the owner's schema, which is made once. Of two owners of a name, the later has it with an
        underscore.
        """
        while self._owners.setdefault(name, owner) is not owner:
            name += "_"
        if name not in self.schemas:
            self.schemas[name] = {}
            self.schemas[name] = make()
        return {"$ref": f"#/components/schemas/{name}"}

    def input(self, type_: GraphQLInputType) -> JsonSchema:
        """What a client may give for the type."""
        return _wrapped(type_, self._input_leaf)

    def input_object(self, type_: GraphQLInputObjectType, without: Collection[str] = ()) -> JsonSchema:
        """The schema itself, without some of its fields."""
        fields = {name: field for name, field in type_.fields.items() if name not in without}
        schema: JsonSchema = {
            "type": "object",
            "properties": {name: self._input_field(field) for name, field in fields.items()},
            "additionalProperties": False,
        }
        required = [name for name, field in fields.items() if is_required_input_field(field)]
        if required:
            schema["required"] = required
        if type_.is_one_of:
            schema |= {"minProperties": 1, "maxProperties": 1}
        return _described(schema, type_.description)

    def object(self, shape: Shape, without: Collection[str] = ()) -> JsonSchema:
        """What comes for a selection, without some of its keys."""
        fields = {key: field for key, field in shape.fields.items() if key not in without}
        schema: JsonSchema = {
            "type": "object",
            "properties": {key: self.field(field) for key, field in fields.items()},
        }
        required = [key for key, field in fields.items() if not field.is_optional]
        if required:
            schema["required"] = required
        return _described(schema, shape.type.description)

    def field(self, field: ShapedField) -> JsonSchema:
        """What comes for a selected field."""
        schema = _wrapped(field.type, lambda named: self._output_leaf(named, field.shape))
        return _annotated(schema, field.definition)

    def _output_leaf(self, named: Any, shape: Shape | None) -> JsonSchema:
        if shape is None:
            return self._input_leaf(named)
        if shape.fragment is None:
            return self.object(shape)
        return self.named(shape.fragment.name.value, shape.fragment, lambda: self.object(shape))

    def _input_field(self, field: GraphQLInputField) -> JsonSchema:
        schema = _annotated(self.input(field.type), field)
        default = field.ast_node.default_value if field.ast_node else None
        if default is not None and not isinstance(default, NullValueNode):
            schema["default"] = value_from_ast_untyped(default)
        return schema

    def _input_leaf(self, named: Any) -> JsonSchema:
        if isinstance(named, GraphQLInputObjectType):
            return self.named(named.name, named, lambda: self.input_object(named))
        if isinstance(named, GraphQLEnumType):
            return self.named(named.name, named, lambda: _enum(named))
        return dict(_SCALARS.get(named.name) or _described({}, named.description))


def _enum(type_: GraphQLEnumType) -> JsonSchema:
    lines = [type_.description or ""]
    lines += [f"- `{name}`: {value.description or ''}" for name, value in type_.values.items()]
    return _described({"type": "string", "enum": list(type_.values)}, "\n".join(lines).strip())


def _wrapped(type_: Any, leaf: Callable[[Any], JsonSchema]) -> JsonSchema:
    if is_non_null_type(type_):
        return _without_null(type_.of_type, leaf)
    return _or_null(_without_null(type_, leaf))


def _without_null(type_: Any, leaf: Callable[[Any], JsonSchema]) -> JsonSchema:
    if is_list_type(type_):
        return {"type": "array", "items": _wrapped(type_.of_type, leaf)}
    return leaf(get_named_type(type_))


def _or_null(schema: JsonSchema) -> JsonSchema:
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else schema


def _annotated(schema: JsonSchema, definition: GraphQLField | GraphQLInputField) -> JsonSchema:
    described = _described(dict(schema), definition.description)
    if definition.deprecation_reason is not None:
        described["deprecated"] = True
    return described


def _described(schema: JsonSchema, description: str | None) -> JsonSchema:
    return {**schema, "description": description} if description else schema
