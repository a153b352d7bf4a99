"""What an answer looks like, compiled from the operation and the API schema and kept with the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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

from router.core.projection.leaves import leaf_check
from router.core.selection import Field, Selection, walk

_INTROSPECTION = frozenset({"__schema", "__type"})
_VARIANTS_KEPT = 64


@dataclass(frozen=True, slots=True)
class ValueShape:
    """One level of wrapping: a list has ``item``, an object ``object``, a leaf neither.

    ``is_valid`` tells values that a leaf's type allows; None allows all.
    """

    is_non_null: bool = False
    item: ValueShape | None = None
    object: ObjectShape | None = None
    is_valid: Callable[[Any], bool] | None = None

    @property
    def is_leaf(self) -> bool:
        return self.item is None and self.object is None


@dataclass(frozen=True, slots=True)
class FieldShape:
    """``is_typename`` fields are answered from the object's type."""

    response_key: str
    value: ValueShape
    is_leaf: bool
    is_typename: bool = False


class ResponseShape:
    """The root of an answer, in a variant for each outcome of the operation's ``@skip`` and ``@include``."""

    __slots__ = ("_condition_variables", "_root_type", "_schema", "_selections", "_variants")

    def __init__(self, schema: GraphQLSchema, root_type: str, selections: Sequence[Selection]) -> None:
        self._schema = schema
        self._root_type = root_type
        self._selections = selections
        self._condition_variables = tuple(
            sorted(
                {
                    condition.variable
                    for selection in walk(selections)
                    if isinstance(selection, Field)
                    for condition in selection.conditions
                }
            )
        )
        self._variants: dict[tuple[bool, ...], ObjectShape] = {}

    def variant(self, variables: Mapping[str, Any]) -> ObjectShape:
        """The shape for these variables; compiled when it is first asked for."""
        truths = tuple(bool(variables.get(name)) for name in self._condition_variables)
        shape = self._variants.get(truths)
        if shape is None:
            if len(self._variants) >= _VARIANTS_KEPT:
                self._variants.clear()
            values = dict(zip(self._condition_variables, truths, strict=True))
            shape = self._variants[truths] = ObjectShape(
                self._schema, self._root_type, self._selections, values
            )
        return shape


class ObjectShape:
    """The fields of an object, by its runtime type. Types are compiled when they are first met."""

    __slots__ = ("_by_type", "_interface", "_possible", "_schema", "_selections", "_truths", "static_type")

    def __init__(
        self,
        schema: GraphQLSchema,
        type_name: str,
        selections: Sequence[Selection],
        truths: Mapping[str, bool],
    ) -> None:
        self._schema = schema
        self._selections = selections
        self._truths = truths
        self._by_type: dict[str, tuple[FieldShape, ...]] = {}
        type_ = schema.type_map[type_name]
        self.static_type = type_name if isinstance(type_, GraphQLObjectType) else None
        self._possible = _possible_names(schema, type_)
        self._interface = self._interface_if_plain(type_)

    def fields(self, type_name: str | None) -> tuple[FieldShape, ...] | None:
        """What an object of this type shows; None when the API knows no such type here.

        Without a type, it is what every value of the interface shows, unless the answer depends on the type.
        """
        name = self._interface if type_name is None else type_name
        known = self._by_type.get(name)
        if known is None and (name in self._possible or (name and name == self._interface)):
            known = self._by_type[name] = tuple(self._compile(name))
        return known

    def _interface_if_plain(self, type_: Any) -> str:
        """The interface's name when an answer can be had without knowing what stands behind it, or nothing."""
        if not isinstance(type_, GraphQLInterfaceType):
            return ""
        is_plain = all(
            isinstance(selection, Field) and selection.name != "__typename" for selection in self._selections
        )
        return type_.name if is_plain else ""

    def _compile(self, type_name: str) -> Iterator[FieldShape]:
        object_type = self._schema.type_map[type_name]
        assert isinstance(object_type, (GraphQLObjectType, GraphQLInterfaceType))
        for key, fields in self._collect(type_name).items():
            name = fields[0].name
            if name == "__typename":
                yield FieldShape(key, ValueShape(), is_leaf=True, is_typename=True)
            elif name in _INTROSPECTION:
                yield FieldShape(key, ValueShape(), is_leaf=True)
            else:
                selections = [selection for field in fields for selection in field.selections]
                value = self._value(object_type.fields[name].type, selections)
                yield FieldShape(key, value, value.is_leaf)

    def _collect(self, type_name: str) -> dict[str, list[Field]]:
        """Included fields that apply to the type by response key, in the order of their first mention."""
        collected: dict[str, list[Field]] = {}
        seen: set[int] = set()
        pending = list(reversed(self._selections))
        while pending:
            selection = pending.pop()
            if id(selection) in seen:
                continue
            seen.add(id(selection))
            if isinstance(selection, Field):
                if all(condition.holds(self._truths) for condition in selection.conditions):
                    collected.setdefault(selection.response_key, []).append(selection)
            elif type_name in _possible_names(self._schema, self._schema.type_map[selection.type_condition]):
                pending.extend(reversed(selection.selections))
        return collected

    def _value(self, type_: Any, selections: Sequence[Selection]) -> ValueShape:
        is_non_null = isinstance(type_, GraphQLNonNull)
        inner = type_.of_type if is_non_null else type_
        if isinstance(inner, GraphQLList):
            return ValueShape(is_non_null, item=self._value(inner.of_type, selections))
        if is_composite_type(inner):
            shape = ObjectShape(self._schema, inner.name, selections, self._truths)
            return ValueShape(is_non_null, object=shape)
        return ValueShape(is_non_null, is_valid=leaf_check(inner))


def _possible_names(schema: GraphQLSchema, type_: Any) -> frozenset[str]:
    if isinstance(type_, (GraphQLInterfaceType, GraphQLUnionType)):
        return frozenset(possible.name for possible in schema.get_possible_types(type_))
    return frozenset({type_.name})
