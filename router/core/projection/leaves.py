"""Whether a subgraph's value is one that its leaf type allows, as JSON has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLEnumType

_MAX_INT = 2**31 - 1


def leaf_check(type_: Any) -> Callable[[Any], bool] | None:
    """A test for values that are not null; None for custom scalars, which may be anything."""
    if isinstance(type_, GraphQLEnumType):
        names = frozenset(type_.values)
        return lambda value: isinstance(value, str) and value in names
    return _BUILT_IN.get(type_.name)


def _is_int(value: Any) -> bool:
    if value.__class__ is int:
        return -_MAX_INT - 1 <= value <= _MAX_INT
    return value.__class__ is float and value.is_integer() and abs(value) <= _MAX_INT


_BUILT_IN: dict[str, Callable[[Any], bool]] = {
    "Int": _is_int,
    "Float": lambda value: value.__class__ is float or value.__class__ is int,
    "String": lambda value: value.__class__ is str,
    "Boolean": lambda value: value.__class__ is bool,
    "ID": lambda value: value.__class__ is str or value.__class__ is int,
}
