"""What an answer looks like, compiled once per plan from the operation and the API schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_composite_type,
)

from router.core.selection import Conditions, Field, Selection

_INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class ValueShape:
    """One level of wrapping: a list has ``item``, an object ``object``, a leaf neither."""

    is_non_null: bool = False
    item: ValueShape | None = None
    object: ObjectShape | None = None

    @property
    def is_leaf(self) -> bool:
        return self.item is None and self.object is None


@dataclass(frozen=True, slots=True)
class FieldShape:
    """``is_typename`` fields are answered from the object's type."""

    response_key: str
    value: ValueShape
    is_leaf: bool
    conditions: tuple[Conditions, ...]
    is_typename: bool = False


class ObjectShape:
    """The fields of an object, by its runtime type. Types are compiled when they are first met."""

    __slots__ = ("_by_type", "_possible", "_schema", "_selections", "static_type")

    def __init__(self, schema: GraphQLSchema, type_name: str, selections: Sequence[Selection]) -> None:
        self._schema = schema
        self._selections = selections
        self._by_type: dict[str, tuple[FieldShape, ...]] = {}
        type_ = schema.type_map[type_name]
        self.static_type = type_name if isinstance(type_, GraphQLObjectType) else None
        self._possible = _possible_names(schema, type_)

    def fields(self, type_name: str) -> tuple[FieldShape, ...] | None:
        """What an object of this type shows; None when the API knows no such type here."""
        known = self._by_type.get(type_name)
        if known is None and type_name in self._possible:
            known = self._by_type[type_name] = tuple(self._compile(type_name))
        return known

    def _compile(self, type_name: str) -> Iterator[FieldShape]:
        object_type = self._schema.type_map[type_name]
        assert isinstance(object_type, GraphQLObjectType)
        for key, fields in self._collect(type_name).items():
            conditions = () if any(not f.conditions for f in fields) else tuple(f.conditions for f in fields)
            name = fields[0].name
            if name == "__typename":
                yield FieldShape(key, ValueShape(), True, conditions, is_typename=True)
            elif name in _INTROSPECTION:
                yield FieldShape(key, ValueShape(), True, conditions)
            else:
                selections = [selection for field in fields for selection in field.selections]
                value = _value_shape(self._schema, object_type.fields[name].type, selections)
                yield FieldShape(key, value, value.is_leaf, conditions)

    def _collect(self, type_name: str) -> dict[str, list[Field]]:
        """Fields that apply to the type by response key, in the order of their first mention."""
        collected: dict[str, list[Field]] = {}
        pending = list(reversed(self._selections))
        while pending:
            selection = pending.pop()
            if isinstance(selection, Field):
                collected.setdefault(selection.response_key, []).append(selection)
            elif type_name in _possible_names(self._schema, self._schema.type_map[selection.type_condition]):
                pending.extend(reversed(selection.selections))
        return collected


def _possible_names(schema: GraphQLSchema, type_: Any) -> frozenset[str]:
    if isinstance(type_, (GraphQLInterfaceType, GraphQLUnionType)):
        return frozenset(possible.name for possible in schema.get_possible_types(type_))
    return frozenset({type_.name})


def _value_shape(schema: GraphQLSchema, type_: Any, selections: Sequence[Selection]) -> ValueShape:
    is_non_null = isinstance(type_, GraphQLNonNull)
    inner = type_.of_type if is_non_null else type_
    if isinstance(inner, GraphQLList):
        return ValueShape(is_non_null, item=_value_shape(schema, inner.of_type, selections))
    if is_composite_type(inner):
        return ValueShape(is_non_null, object=ObjectShape(schema, inner.name, selections))
    return ValueShape(is_non_null)
