"""What an answer looks like, compiled from the operation and the API schema and kept with the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_composite_type,
)

from router.core.projection.leaves import leaf_check
from router.core.selection import Deferral, Field, Fragment, Selection
from router.core.supergraph import Supergraph

_INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class ValueShape:
    """One level of wrapping: a list has ``item``, an object ``object``, a leaf neither.

    ``is_valid`` tells values that a leaf's type, ``leaf``, allows; both are None for custom scalars, which allow all.
    ``hidden`` are values that it allows and clients don't see.
    """

    is_non_null: bool = False
    item: ValueShape | None = None
    object: ObjectShape | None = None
    leaf: GraphQLNamedType | None = None
    is_valid: Callable[[Any], bool] | None = None
    hidden: frozenset[Any] = frozenset()

    @property
    def is_leaf(self) -> bool:
        return self.item is None and self.object is None


@dataclass(frozen=True, slots=True)
class FieldShape:
    """``is_typename`` fields are answered from the object's type; fields that are denied are null."""

    response_key: str
    value: ValueShape
    is_leaf: bool
    is_typename: bool = False
    is_denied: bool = False


class ObjectShape:
    """The fields of an object, by its runtime type. Types are compiled when they are first met.

    A shape that is itself ``of`` a deferral shows what that one covers, and nothing else.
    """

    __slots__ = (
        "_by_type",
        "_compiler",
        "_deferred",
        "_interface",
        "_possible",
        "_selections",
        "of",
        "static_type",
    )

    def __init__(
        self,
        compiler: ShapeCompiler,
        type_name: str,
        selections: Sequence[Selection],
        of: Deferral | None = None,
    ) -> None:
        self.of = of
        self._compiler = compiler
        self._selections = selections
        self._by_type: dict[str, tuple[FieldShape, ...]] = {}
        self._deferred: dict[str, tuple[ObjectShape, ...]] = {}
        type_ = compiler.schema.type_map[type_name]
        self.static_type = type_name if isinstance(type_, GraphQLObjectType) else None
        self._possible = possible_names(compiler.schema, type_)
        self._interface = self._interface_if_plain(type_)

    def fields(self, type_name: str | None) -> tuple[FieldShape, ...] | None:
        """What an object of this type shows; None when the API knows no such type here.

        Without a type, it is what every value of the interface shows, unless the answer depends on the type.
        """
        name = self._interface if type_name is None else type_name
        known = self._by_type.get(name)
        if known is None and (name in self._possible or (name and name == self._interface)):
            groups = self._compiler.collect(name, self._selections)
            known = tuple(self._compiler.compile(name, groups.pop(self.of, {})))
            self._by_type[name] = known
            self._deferred[name] = tuple(
                ObjectShape(self._compiler, name, self._selections, of=deferral)
                for deferral in groups
                if self.of is None and deferral is not None
            )
        return known

    def hides(self, type_name: Any) -> bool:
        """Whether a value of this type is one that clients don't see."""
        return self._compiler.is_hidden(type_name)

    def deferred(self, type_name: str | None) -> tuple[ObjectShape, ...]:
        """Parts of an object of this type that arrive later. Ask for its ``fields`` first."""
        return self._deferred[type_name or self._interface]

    def _interface_if_plain(self, type_: Any) -> str:
        """The interface's name when an answer can be had without knowing what stands behind it, or nothing."""
        if not isinstance(type_, GraphQLInterfaceType):
            return ""
        return type_.name if self._is_plain(type_, self._selections) else ""

    def _is_plain(self, interface: GraphQLInterfaceType, selections: Sequence[Selection]) -> bool:
        return all(
            selection.name != "__typename"
            if isinstance(selection, Field)
            else self._covers(selection.type_condition, interface)
            and self._is_plain(interface, selection.selections)
            for selection in selections
        )

    def _covers(self, condition: str, interface: GraphQLInterfaceType) -> bool:
        """Whether a fragment on ``condition`` says nothing that is not said of the interface."""
        type_: Any = self._compiler.schema.type_map[condition]
        return (
            possible_names(self._compiler.schema, interface) <= possible_names(self._compiler.schema, type_)
            and getattr(type_, "fields", {}).keys() <= interface.fields.keys()
        )


class ShapeCompiler:
    """Compiles selections for one outcome of the conditions."""

    def __init__(self, supergraph: Supergraph, truths: Mapping[str, bool], *, deferring: bool) -> None:
        self.schema = supergraph.api_schema
        self._inaccessible = supergraph.inaccessible
        self._truths = truths
        self._deferring = deferring

    def is_hidden(self, name: Any) -> bool:
        return isinstance(name, str) and name in self._inaccessible

    def compile(self, type_name: str, collected: Mapping[str, list[Field]]) -> Iterator[FieldShape]:
        """Shapes of the fields of one type."""
        object_type = self.schema.type_map[type_name]
        assert isinstance(object_type, (GraphQLObjectType, GraphQLInterfaceType))
        for key, fields in collected.items():
            name = fields[0].name
            if name == "__typename":
                yield FieldShape(key, ValueShape(), is_leaf=True, is_typename=True)
            elif name in _INTROSPECTION:
                yield FieldShape(key, ValueShape(), is_leaf=True)
            elif all(field.is_denied for field in fields):
                is_non_null = isinstance(object_type.fields[name].type, GraphQLNonNull)
                yield FieldShape(key, ValueShape(is_non_null), is_leaf=True, is_denied=True)
            else:
                selections = [
                    selection for field in fields if not field.is_denied for selection in field.selections
                ]
                value = self._value(object_type.fields[name].type, selections)
                yield FieldShape(key, value, value.is_leaf)

    def collect(
        self, type_name: str, selections: Sequence[Selection]
    ) -> dict[Deferral | None, dict[str, list[Field]]]:
        """Included fields that apply to the type by response key, in the order of their first mention; apart from
        those each ``@defer`` covers.
        """
        groups: dict[Deferral | None, dict[str, list[Field]]] = {None: {}}
        seen: set[int] = set()
        pending = list(reversed(selections))
        while pending:
            selection = pending.pop()
            if id(selection) in seen:
                continue
            seen.add(id(selection))
            if isinstance(selection, Fragment):
                condition = self.schema.type_map[selection.type_condition]
                if possible_names(self.schema, self.schema.type_map[type_name]) <= possible_names(
                    self.schema, condition
                ):
                    pending.extend(reversed(selection.selections))
            elif all(condition.holds(self._truths) for condition in selection.conditions):
                group = groups.setdefault(self._deferral(selection), {})
                group.setdefault(selection.response_key, []).append(selection)
        return groups

    def _deferral(self, field: Field) -> Deferral | None:
        counts = self._deferring and field.deferral is not None and field.deferral.holds(self._truths)
        return field.deferral if counts else None

    def _value(self, type_: Any, selections: Sequence[Selection]) -> ValueShape:
        is_non_null = isinstance(type_, GraphQLNonNull)
        inner = type_.of_type if is_non_null else type_
        if isinstance(inner, GraphQLList):
            return ValueShape(is_non_null, item=self._value(inner.of_type, selections))
        if is_composite_type(inner):
            return ValueShape(is_non_null, object=ObjectShape(self, inner.name, selections))
        prefix = f"{inner.name}."
        hidden = frozenset(
            name.removeprefix(prefix) for name in self._inaccessible if name.startswith(prefix)
        )
        is_valid = leaf_check(inner)
        leaf = inner if is_valid is not None else None
        return ValueShape(is_non_null, leaf=leaf, is_valid=is_valid, hidden=hidden)


def possible_names(schema: GraphQLSchema, type_: Any) -> frozenset[str]:
    """Objects that a value of the type may be."""
    if isinstance(type_, (GraphQLInterfaceType, GraphQLUnionType)):
        return frozenset(possible.name for possible in schema.get_possible_types(type_))
    return frozenset({type_.name})
