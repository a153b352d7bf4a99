"""Types by name: added, removed, of another kind, or compared as their kind asks for."""

from __future__ import annotations

from functools import partial
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    is_introspection_type,
    is_specified_scalar_type,
)

from router.core.checks.changes import Change, Changes, Level, Trace, Use, narrowing
from router.core.checks.compare_deprecations import compare_deprecations, compare_descriptions
from router.core.checks.compare_fields import compare_fields, compare_interfaces
from router.core.checks.compare_input_values import compare_input_values

_KINDS = {
    GraphQLObjectType: "an object",
    GraphQLInterfaceType: "an interface",
    GraphQLUnionType: "a union",
    GraphQLEnumType: "an enum",
    GraphQLInputObjectType: "an input object",
    GraphQLScalarType: "a scalar",
}


def compare_types(old: GraphQLSchema, new: GraphQLSchema) -> Changes:
    before, after = _own_types(old), _own_types(new)
    for name in sorted(before):
        if name in after:
            yield from _compare(before[name], after[name])
        else:
            yield Change("breaking", "TYPE_REMOVED", name, f"{name} was removed.", _users_of(name))
    for name in sorted(after.keys() - before.keys()):
        yield Change("safe", "TYPE_ADDED", name, f"{name} was added, {_kind(after[name])}.")


def _own_types(schema: GraphQLSchema) -> dict[str, GraphQLNamedType]:
    """Without what every schema has."""
    return {
        name: named
        for name, named in schema.type_map.items()
        if not is_introspection_type(named) and not is_specified_scalar_type(named)
    }


def _kind(named: Any) -> str:
    return _KINDS[type(named)]


def _users_of(name: str) -> tuple[Trace, ...]:
    return (Trace(Use.NAMES, name), Trace(Use.RETURNS, name), Trace(Use.SENDS, name))


def _compare(old: Any, new: Any) -> Changes:
    yield from compare_descriptions(old.name, old, new)
    if type(old) is not type(new):
        message = f"{old.name} is {_kind(new)} now, not {_kind(old)}."
        yield Change("breaking", "TYPE_KIND_CHANGED", old.name, message, _users_of(old.name))
    elif isinstance(old, (GraphQLObjectType, GraphQLInterfaceType)):
        yield from compare_interfaces(old, new)
        yield from compare_fields(old, new)
    elif isinstance(old, GraphQLUnionType):
        yield from _compare_members(old, new)
    elif isinstance(old, GraphQLEnumType):
        yield from _compare_values(old, new)
    elif isinstance(old, GraphQLInputObjectType):
        yield from _compare_inputs(old, new)
    elif isinstance(old, GraphQLScalarType):
        yield from _compare_scalars(old, new)


def _compare_members(old: GraphQLUnionType, new: GraphQLUnionType) -> Changes:
    before, after = ({member.name for member in union.types} for union in (old, new))
    for name in sorted(before - after):
        expected = (Trace(Use.NARROWS, narrowing(old.name, name)),)
        message = f"{name} is not in union {old.name} any more."
        yield Change("breaking", "UNION_MEMBER_REMOVED", old.name, message, expected)
    for name in sorted(after - before):
        returned = (Trace(Use.RETURNS, old.name),)
        message = f"{name} is in union {old.name} now."
        yield Change("dangerous", "UNION_MEMBER_ADDED", old.name, message, returned)


def _compare_values(old: GraphQLEnumType, new: GraphQLEnumType) -> Changes:
    for name, before in old.values.items():
        coordinate = f"{old.name}.{name}"
        given = (Trace(Use.GIVES, coordinate),)
        if name not in new.values:
            message = f"{coordinate} was removed."
            yield Change("breaking", "ENUM_VALUE_REMOVED", coordinate, message, given)
            continue
        yield from compare_deprecations(coordinate, before, new.values[name], given)
        yield from compare_descriptions(coordinate, before, new.values[name])
    for name in new.values:
        if name not in old.values:
            coordinate = f"{old.name}.{name}"
            returned = (Trace(Use.RETURNS, old.name),)
            yield Change("dangerous", "ENUM_VALUE_ADDED", coordinate, f"{coordinate} was added.", returned)


def _compare_inputs(old: GraphQLInputObjectType, new: GraphQLInputObjectType) -> Changes:
    sent = Trace(Use.SENDS, old.name)
    if old.is_one_of is not new.is_one_of:
        level: Level = "breaking" if new.is_one_of else "dangerous"
        message = f"{old.name} {'takes exactly one of its fields now' if new.is_one_of else 'is not @oneOf any more'}."
        yield Change(level, "INPUT_ONE_OF_CHANGED", old.name, message, (sent,))
    coordinate_of = partial("{}.{}".format, old.name)
    yield from compare_input_values("INPUT_FIELD", old.fields, new.fields, coordinate_of, sent)


def _compare_scalars(old: GraphQLScalarType, new: GraphQLScalarType) -> Changes:
    if old.specified_by_url != new.specified_by_url:
        message = f"{old.name} is specified by {new.specified_by_url or 'nothing'} now."
        yield Change("dangerous", "SCALAR_SPECIFICATION_CHANGED", old.name, message, _users_of(old.name))
