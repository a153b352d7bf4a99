"""Leaf types: what generated code checks of a value, and the exact completion that all else gets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
    Undefined,
)
from graphql.execution import Executor
from strawberry.schema.schema_converter import CustomGraphQLEnumType

complete_leaf: Final[Callable[[Any, Any], Any]] = Executor.complete_leaf_value
"""The serialized value, as graphql-core makes it; raises what it raises."""

_CLASSES_KEPT = 4096
_HEAP_TYPE = 1 << 9


class OrdinaryClasses(dict[type, bool]):
    """Whether values of a class are plain data: no exceptions, nothing to await, not null."""

    def __missing__(self, kind: type) -> bool:
        is_ordinary = not (
            kind in (type(None), type(Undefined))
            or issubclass(kind, BaseException)
            or hasattr(kind, "__await__")
            or hasattr(kind, "__getattr__")
            or any("__getattribute__" in vars(base) for base in kind.__mro__ if _is_written_in_python(base))
        )
        if len(self) < _CLASSES_KEPT:
            self[kind] = is_ordinary
        return is_ordinary


def _is_written_in_python(kind: type) -> bool:
    return bool(kind.__flags__ & _HEAP_TYPE)


ORDINARY: Final = OrdinaryClasses()


@dataclass(frozen=True, slots=True)
class Check:
    """How generated code recognises a value that needs no thought.

    ``test`` is an expression of ``{v}``; ``make``, if any, an expression that gives the serialized value from
    ``{v}`` by way of the constant ``constant``, or None when it can't.
    """

    test: str
    make: str | None = None
    constant: Any = None


_BUILT_IN: Final = {
    GraphQLString: Check("type({v}) is str"),
    GraphQLID: Check("type({v}) is str"),
    GraphQLBoolean: Check("type({v}) is bool"),
    GraphQLInt: Check("type({v}) is int and -2147483648 <= {v} <= 2147483647"),
    GraphQLFloat: Check("type({v}) is float and -1.7976931348623157e308 <= {v} <= 1.7976931348623157e308"),
}


def check_of(type_: Any) -> Check:
    """The check of a nullable leaf type or of a nullable list of leaves."""
    if isinstance(type_, GraphQLList):
        return Check("type({v}) is list", "{c}({v})", _list_maker(type_.of_type))
    built_in = _BUILT_IN.get(type_)
    if built_in is not None:
        return built_in
    if isinstance(type_, CustomGraphQLEnumType) and issubclass(type_.wrapped_cls, Enum):
        names = _member_names(type_)
        return Check("type({v}) is {c}[1]", "{c}[0].get({v}._name_)", (names, type_.wrapped_cls))
    return Check("{ordinary}[type({v})]", "{c}({v})", type_.coerce_output_value)


def _member_names(type_: CustomGraphQLEnumType) -> dict[str, str]:
    names: dict[str, str] = {}
    members: list[Enum] = list(type_.wrapped_cls.__members__.values())
    for member in members:
        with suppress(Exception):  # such a member takes the slow path, which raises it again
            names[member._name_] = complete_leaf(type_, member)
    return names


def _list_maker(item_type: Any) -> Callable[[list[Any]], list[Any] | None]:
    """A function that serializes a list in which nothing is unusual, and gives None for any other."""
    is_required = isinstance(item_type, GraphQLNonNull)
    inner = item_type.of_type if is_required else item_type
    if inner in (GraphQLString, GraphQLID, GraphQLBoolean):
        expected = {bool if inner is GraphQLBoolean else str}
        allowed = expected if is_required else expected | {type(None)}
        return lambda items: items[:] if allowed.issuperset(map(type, items)) else None
    check = check_of(inner)
    make_item = compile_check(check)

    def make(items: list[Any]) -> list[Any] | None:
        made: list[Any] = []
        for item in items:
            if item is None and not is_required:
                made.append(None)
                continue
            value = make_item(item)
            if value is None:
                return None
            made.append(value)
        return made

    return make


def compile_check(check: Check) -> Callable[[Any], Any]:
    """A function that gives the serialized value, or None where that needs the slow path."""
    names = {"v": "v", "c": "c", "ordinary": "ordinary"}
    made = "v" if check.make is None else check.make.format(**names)
    source = f"lambda v: {made} if {check.test.format(**names)} else None"
    function = eval(source, {"c": check.constant, "ordinary": ORDINARY})

    def guarded(value: Any) -> Any:
        try:
            made = function(value)
        except Exception:  # noqa: BLE001 - the slow path raises it again, and reports it
            return None
        return made if ORDINARY[type(made)] else None

    return guarded if check.make is not None else function
