"""How many items a list may have: by its slicing arguments, else as ``@listSize`` assumes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    value_from_ast_untyped,
)

from router.core.demand.formula import UNKNOWN
from router.core.demand.report import SlicingArgumentsError
from router.core.supergraph.costs import ListSize

SIZE_MAX: Final = 2**31 - 1
"""GraphQL's largest Int: what is larger counts as this."""


@dataclass(frozen=True, slots=True)
class SlicedBy:
    """A slicing argument that a variable gives, or a field of an input object in it, at the end of ``path``.

    ``absent`` is the size when the variable is not given, ``defaults`` when that part of the path isn't. None: no size.
    """

    variable: str
    path: tuple[str, ...]
    is_list: bool
    absent: int | None
    defaults: tuple[int | None, ...]

    def size(self, variables: Mapping[str, Any]) -> int | None:
        if self.variable not in variables:
            return self.absent
        value = variables[self.variable]
        for name, default in zip(self.path, self.defaults, strict=True):
            if not isinstance(value, Mapping):
                return None
            if name not in value:
                return default
            value = value[name]
        return _size_of(value, self.is_list)

    def __str__(self) -> str:
        return ".".join((f"${self.variable}", *self.path))


@dataclass(frozen=True, slots=True)
class Size:
    """A step: the largest size that the slicing arguments say. ``literal`` are sizes that don't vary."""

    coordinate: str
    arguments: tuple[str, ...]
    literal: tuple[int, ...]
    sliced_by: tuple[SlicedBy, ...]
    assumed: int | None
    requires_one: bool

    @property
    def operands(self) -> tuple[()]:
        return ()

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:  # noqa: ARG002
        sizes = self._sizes(variables)
        if self.requires_one and len(sizes) != 1:
            return math.nan
        if sizes:
            return float(max(sizes))
        return UNKNOWN if self.assumed is None else float(min(self.assumed, SIZE_MAX))

    def refuse(self, variables: Mapping[str, Any]) -> NoReturn:
        raise SlicingArgumentsError(self.coordinate, self.arguments, len(self._sizes(variables)))

    def _sizes(self, variables: Mapping[str, Any]) -> list[int]:
        sizes = list(self.literal)
        for each in self.sliced_by:
            size = each.size(variables)
            if size is not None:
                sizes.append(size)
        return sizes

    def show(self, names: Sequence[str]) -> str:  # noqa: ARG002
        return f"size of {self.coordinate} by {', '.join(map(str, (*self.literal, *self.sliced_by))) or 'nothing'}"


def list_size_of(
    said: ListSize, coordinate: str, definition: Any, given: Mapping[str, ValueNode]
) -> float | Size:
    """``given`` are the arguments that a client writes; a number where no variable matters and all is well."""
    literal, sliced_by = list[int](), list[SlicedBy]()
    for text in said.slicing_arguments:
        name, *path = text.split(".")
        known = definition.args.get(name)
        if known is not None:
            size = _sliced_by(given.get(name), known, path)
            if isinstance(size, SlicedBy):
                sliced_by.append(size)
            elif size is not None:
                literal.append(size)
    step = Size(
        coordinate=coordinate,
        arguments=said.slicing_arguments,
        literal=tuple(literal),
        sliced_by=tuple(sliced_by),
        assumed=said.assumed_size,
        requires_one=said.requires_one_slicing_argument and bool(said.slicing_arguments),
    )
    size_ = step.evaluate((), {})
    return step if sliced_by or math.isnan(size_) else size_


def _sliced_by(node: ValueNode | None, known: Any, path: Sequence[str]) -> int | SlicedBy | None:
    """``known`` defines the argument or input field where ``node`` stands; None is no size."""
    while path and isinstance(node, ObjectValueNode):
        name, *path = path
        known = _input_field(known, name)
        if known is None:
            return None
        node = next((each.value for each in node.fields if each.name.value == name), None)
    absent = _default_size(known, path)
    if node is None:
        return absent
    on_path = list(_along(known, path))
    if len(on_path) < len(path):
        return None
    is_list = isinstance(get_nullable_type((on_path[-1] if on_path else known).type), GraphQLList)
    if isinstance(node, VariableNode):
        defaults = tuple(_default_size(each, path[number + 1 :]) for number, each in enumerate(on_path))
        return SlicedBy(node.name.value, tuple(path), is_list, absent, defaults)
    return None if path else _size_of(value_from_ast_untyped(node), is_list)


def _along(known: Any, path: Sequence[str]) -> Iterator[Any]:
    """The input fields that a path names, as far as there are such."""
    for name in path:
        known = _input_field(known, name)
        if known is None:
            return
        yield known


def _input_field(known: Any, name: str) -> Any:
    type_ = get_named_type(known.type)
    return type_.fields.get(name) if isinstance(type_, GraphQLInputObjectType) else None


def _default_size(known: Any, path: Sequence[str]) -> int | None:
    """What counts when nothing stands where ``known`` defines an argument or input field."""
    value = _default(known)
    for name in path:
        known = _input_field(known, name)
        if known is None or not isinstance(value, Mapping):
            return None
        value = value[name] if name in value else _default(known)
    return _size_of(value, isinstance(get_nullable_type(known.type), GraphQLList))


def _default(known: Any) -> Any:
    """As plain data; None where there is none."""
    node = known.ast_node and known.ast_node.default_value
    return value_from_ast_untyped(node) if node else None


def _size_of(value: Any, is_list: bool) -> int | None:
    """Of a number its value, of a list its length; a single value for a list is a list of one."""
    if value is None:
        return None
    if isinstance(value, list):
        return len(value)
    if is_list:
        return 1
    if isinstance(value, float):
        # JSON has one kind of number: a client's 5.0 is an Int.
        return max(0, int(min(value, SIZE_MAX))) if value.is_integer() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return min(max(0, value), SIZE_MAX)
    return None
