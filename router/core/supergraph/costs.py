"""What ``@cost`` and ``@listSize`` of a supergraph say, under whatever names it links them by."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from graphql import (
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLError,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    parse,
)

from router.core.selection import Selection, parse_field_set
from router.core.supergraph.join import arguments_of, directives_named

_COST = re.compile(r"^https?://specs\.apollo\.dev/cost(/|$)")
_LINK = re.compile(r"^https?://specs\.apollo\.dev/(link|core)(/|$)")
_WEIGHT_MAX = 2.0**53
_WEIGHTED = (ObjectTypeDefinitionNode, ScalarTypeDefinitionNode, EnumTypeDefinitionNode)

Member: TypeAlias = tuple[str, str]
"""A type and its field."""
Argument: TypeAlias = tuple[str, str, str]
"""A type, its field, and that one's argument."""


class CostsError(ValueError):
    """A directive of the supergraph says nothing that can be calculated with; the message says which."""


@dataclass(frozen=True, slots=True, eq=False)
class SizedFields:
    """Fields whose lists a field further up sizes: ``lists`` right here, others ``below`` a field."""

    lists: frozenset[str]
    below: Mapping[str, SizedFields]


@dataclass(frozen=True, slots=True)
class ListSize:
    """``slicing_arguments`` are names, or paths into input objects such as ``input.page.first``."""

    assumed_size: int | None = None
    slicing_arguments: tuple[str, ...] = ()
    sized_fields: SizedFields | None = None
    requires_one_slicing_argument: bool = True


@dataclass(frozen=True, slots=True)
class Costs:
    """``types`` are weights of objects, scalars and enums. What is absent has the default weight of its kind."""

    types: Mapping[str, float] = field(default_factory=dict)
    fields: Mapping[Member, float] = field(default_factory=dict)
    arguments: Mapping[Argument, float] = field(default_factory=dict)
    input_fields: Mapping[Member, float] = field(default_factory=dict)
    list_sizes: Mapping[Member, ListSize] = field(default_factory=dict)


def read_costs(supergraph: str | DocumentNode) -> Costs:
    """Of an SDL. None where the supergraph doesn't link the specification. Raises CostsError and GraphQLSyntaxError."""
    document = parse(supergraph, no_location=True) if isinstance(supergraph, str) else supergraph
    names = _names(document)
    return _Reader(*names).read(document) if names else Costs()


def size_fields(texts: Iterable[str]) -> SizedFields:
    """Of ``sizedFields``: each a field, or a selection such as ``results { page }``. Raises GraphQLError."""
    return _sized([selection for text in texts for selection in parse_field_set(text)])


def _sized(selections: Sequence[Selection]) -> SizedFields:
    inner: dict[str, list[Selection]] = {}
    for selection in selections:
        inner.setdefault(getattr(selection, "name", ""), []).extend(selection.selections)
    return SizedFields(
        lists=frozenset(name for name, below in inner.items() if name and not below),
        below=MappingProxyType({name: _sized(below) for name, below in inner.items() if name and below}),
    )


class _Reader:
    def __init__(self, cost: str, list_size: str) -> None:
        self._cost = cost
        self._list_size = list_size
        self._types: dict[str, float] = {}
        self._fields: dict[Member, float] = {}
        self._arguments: dict[Argument, float] = {}
        self._input_fields: dict[Member, float] = {}
        self._list_sizes: dict[Member, ListSize] = {}

    def read(self, document: DocumentNode) -> Costs:
        for node in document.definitions:
            if isinstance(node, _WEIGHTED):
                self._types.update(self._weight(node.name.value, node, node.name.value))
            if isinstance(node, (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode)):
                self._read_fields(node)
            if isinstance(node, InputObjectTypeDefinitionNode):
                for each in node.fields or ():
                    place = (node.name.value, each.name.value)
                    self._input_fields.update(self._weight(place, each, ".".join(place)))
        return Costs(
            MappingProxyType(self._types),
            MappingProxyType(self._fields),
            MappingProxyType(self._arguments),
            MappingProxyType(self._input_fields),
            MappingProxyType(self._list_sizes),
        )

    def _read_fields(self, node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode) -> None:
        for each in node.fields or ():
            place = (node.name.value, each.name.value)
            coordinate = ".".join(place)
            self._fields.update(self._weight(place, each, coordinate))
            for given in directives_named(each, self._list_size):
                self._list_sizes[place] = _list_size(given, coordinate)
            for argument in each.arguments or ():
                name = argument.name.value
                self._arguments.update(self._weight((*place, name), argument, f"{coordinate}({name}:)"))

    def _weight(self, place: Any, node: Any, coordinate: str) -> Iterator[tuple[Any, float]]:
        for given in directives_named(node, self._cost):
            try:
                weight = float(given.get("weight"))  # type: ignore[arg-type]
            except (TypeError, ValueError, OverflowError):
                weight = math.nan
            if not abs(weight) <= _WEIGHT_MAX:
                raise CostsError(f"The weight of {coordinate} is no number: {given.get('weight')!r}.")
            yield place, weight


def _list_size(given: Mapping[str, Any], coordinate: str) -> ListSize:
    assumed = given.get("assumedSize")
    if assumed is not None and (not isinstance(assumed, int) or isinstance(assumed, bool) or assumed < 0):
        raise CostsError(f"The assumed size of {coordinate} is no size: {assumed!r}.")
    sized = _texts(given, "sizedFields")
    try:
        sized_fields = size_fields(sized) if sized else None
    except GraphQLError as error:
        raise CostsError(f"The sized fields of {coordinate} can't be read: {error.message}") from error
    return ListSize(
        assumed_size=assumed,
        slicing_arguments=_texts(given, "slicingArguments"),
        sized_fields=sized_fields,
        requires_one_slicing_argument=given.get("requireOneSlicingArgument") is not False,
    )


def _texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = given.get(name)
    return tuple(map(str, value if isinstance(value, list) else () if value is None else (value,)))


def _names(document: DocumentNode) -> tuple[str, str] | None:
    """What the document calls ``@cost`` and ``@listSize``."""
    applied = [
        directive
        for node in document.definitions
        if isinstance(node, (SchemaDefinitionNode, SchemaExtensionNode))
        for directive in node.directives or ()
    ]
    linking = {"link", "core"} | {each.name.value for each in applied if _LINK.match(_url(each))}
    for directive in applied:
        if directive.name.value in linking and _COST.match(_url(directive)):
            arguments = arguments_of(directive)
            namespace = str(arguments.get("as") or "cost")
            imported = dict(map(_import, arguments.get("import") or ()))
            return (
                imported.get("@cost", f"@{namespace}")[1:],
                imported.get("@listSize", f"@{namespace}__listSize")[1:],
            )
    return None


def _url(directive: DirectiveNode) -> str:
    arguments = arguments_of(directive)
    return str(arguments.get("url") or arguments.get("feature") or "")


def _import(entry: Any) -> tuple[str, str]:
    if isinstance(entry, Mapping):
        return str(entry["name"]), str(entry.get("as") or entry["name"])
    return str(entry), str(entry)
