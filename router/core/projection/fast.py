"""Shapes as Python functions, for answers in which all is as it should be.

A function takes a fetched object and gives what it shows. It raises one of ``MISSES`` when anything is not plainly right:
a value that is not there, a null where none may be, a value of another type. Then the answer is projected step by step
(``project.py``), which finds out what is wrong and where. Nothing is decided here: a function only ever gives what that
would give.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from graphql import GraphQLEnumType

from router.core.projection.shape import FieldShape, ObjectShape, ValueShape


class MissError(Exception):
    """Something isn't plainly right."""


MISSES = (MissError, KeyError)

Projector: TypeAlias = Callable[[Any], Any]

_CHECKS = {
    "Int": "{0}.__class__ is int and -2147483648 <= {0} <= 2147483647",
    "Float": "({0}.__class__ is float or {0}.__class__ is int)",
    "String": "{0}.__class__ is str",
    "Boolean": "{0}.__class__ is bool",
    "ID": "({0}.__class__ is str or {0}.__class__ is int)",
}


def compile_projector(shape: ObjectShape) -> Projector:
    """Of a shape without deferred parts. Runtime types are compiled when they are first met."""
    return _Compiler().object(shape)


class _Compiler:
    """Writes one function for each object shape and runtime type."""

    def __init__(self) -> None:
        self._globals: dict[str, Any] = {"MissError": MissError}
        self._names = 0

    def object(self, shape: ObjectShape) -> Projector:
        if shape.static_type is not None:
            return self._of_type(shape, shape.static_type)
        by_type: dict[Any, Projector] = {}

        def project(source: Any) -> Any:
            if source.__class__ is not dict:
                raise MissError
            type_name = source.get("__typename")
            if type_name is not None and type_name.__class__ is not str:
                raise MissError
            known = by_type.get(type_name)
            if known is None:
                known = by_type[type_name] = self._of_type(shape, type_name)
            return known(source)

        return project

    def _of_type(self, shape: ObjectShape, type_name: Any) -> Projector:
        fields = shape.fields(type_name) if type_name is None or isinstance(type_name, str) else None
        if fields is None:
            return _miss
        lines = [
            "def project(source):",
            "    if source.__class__ is not dict: raise MissError",
        ]
        shown: list[str] = []
        for number, field in enumerate(fields):
            lines += self._field(field, f"v{number}", type_name)
            shown.append(f"{field.response_key!r}: v{number}")
        lines.append(f"    return {{{', '.join(shown)}}}")
        found: dict[str, Projector] = {}
        exec("\n".join(lines), self._globals, found)
        return found["project"]

    def _field(self, field: FieldShape, name: str, type_name: Any) -> list[str]:
        if field.is_typename:
            return [f"    {name} = {type_name!r}"]
        if field.is_denied:
            return ["    raise MissError" if field.value.is_non_null else f"    {name} = None"]
        return [f"    {name} = source[{field.response_key!r}]", *self._value(field.value, name, "    ")]

    def _value(self, value: ValueShape, name: str, indent: str) -> list[str]:
        """Lines that leave in ``name`` what is shown of it."""
        if value.item is None and value.object is None and value.leaf is None:
            return [f"{indent}if {name} is None: raise MissError"] if value.is_non_null else []
        head = (
            f"{indent}if {name} is None: raise MissError"
            if value.is_non_null
            else f"{indent}if {name} is not None:"
        )
        inner = indent if value.is_non_null else indent + "    "
        lines = [head] if not value.is_non_null or not self._is_leaf(value) else []
        if value.object is not None:
            lines.append(f"{inner}{name} = {self._keep(self.object(value.object))}({name})")
        elif value.item is not None:
            lines += self._list(value.item, name, inner)
        else:
            lines.append(f"{inner}if not ({self._check(value.leaf, name)}): raise MissError")
        return lines

    def _is_leaf(self, value: ValueShape) -> bool:
        return value.object is None and value.item is None

    def _list(self, item: ValueShape, name: str, indent: str) -> list[str]:
        each, shown = f"{name}_", f"{name}s"
        lines = [f"{indent}if {name}.__class__ is not list: raise MissError"]
        if item.object is not None:
            project = f"{self._keep(self.object(item.object))}({each})"
            shows = project if item.is_non_null else f"None if {each} is None else {project}"
            return [*lines, f"{indent}{name} = [{shows} for {each} in {name}]"]
        return [
            *lines,
            f"{indent}{shown} = []",
            f"{indent}for {each} in {name}:",
            *self._value(item, each, indent + "    "),
            f"{indent}    {shown}.append({each})",
            f"{indent}{name} = {shown}",
        ]

    def _check(self, leaf: Any, name: str) -> str:
        if isinstance(leaf, GraphQLEnumType):
            return f"{name}.__class__ is str and {name} in {self._keep(frozenset(leaf.values))}"
        return _CHECKS[leaf.name].format(name)

    def _keep(self, value: Any) -> str:
        """A name for something that the written code uses."""
        self._names += 1
        name = f"k{self._names}"
        self._globals[name] = value
        return name


def _miss(_source: Any) -> Any:
    raise MissError
