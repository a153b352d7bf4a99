"""Variables that are plainly right: built-in scalars and enums of the class that JSON has for them.

Whatever is not, goes the long way of graphql-core, which finds out what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple, TypeAlias

from graphql import GraphQLEnumType, GraphQLSchema, NamedTypeNode, NonNullTypeNode, VariableDefinitionNode

_INT_MAX = 2**31 - 1


class _Plain(NamedTuple):
    name: str
    is_right: Callable[[Any], bool]
    is_non_null: bool
    has_default: bool


PlainVariables: TypeAlias = tuple[_Plain, ...]

_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "Int": lambda value: value.__class__ is int and -_INT_MAX <= value <= _INT_MAX,
    "Float": lambda value: value.__class__ in {int, float} and isfinite(value),
    "String": lambda value: value.__class__ is str,
    "Boolean": lambda value: value.__class__ is bool,
    "ID": lambda value: value.__class__ is str,
}


def plain_variables(
    schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]
) -> PlainVariables | None:
    """None when one of them is a list, an input object or of a custom scalar."""
    found = []
    for node in definitions:
        is_non_null = isinstance(node.type, NonNullTypeNode)
        named = node.type.type if isinstance(node.type, NonNullTypeNode) else node.type
        check = _check(schema, named.name.value) if isinstance(named, NamedTypeNode) else None
        if check is None:
            return None
        found.append(_Plain(node.variable.name.value, check, is_non_null, node.default_value is not None))
    return tuple(found)


def coerce_plain(variables: PlainVariables, raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the client gave of them; None when anything is missing or not plainly right."""
    values: dict[str, Any] = {}
    for name, is_right, is_non_null, has_default in variables:
        if name not in raw:
            if is_non_null or has_default:
                return None
            continue
        value = raw[name]
        if value is None:
            if is_non_null:
                return None
        elif not is_right(value):
            return None
        values[name] = value
    return values


def _check(schema: GraphQLSchema, name: str) -> Callable[[Any], bool] | None:
    type_ = schema.type_map.get(name)
    if isinstance(type_, GraphQLEnumType):
        names = frozenset(type_.values)
        return lambda value: value.__class__ is str and value in names
    return _CHECKS.get(name)
