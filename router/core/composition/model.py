"""Schemas as composition sees them: the same shapes for what is read and for what is merged.

graphql-core's ``GraphQLSchema`` forgets applied directives and its AST scatters a type over its extensions;
composition needs both in one place, and to be able to build them up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from graphql import BooleanValueNode, ConstValueNode, DirectiveDefinitionNode, StringValueNode

from router.core.composition.read_links import Links
from router.core.composition.type_refs import TypeRef

ROOT_TYPES = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


class Kind(Enum):
    """Kinds of type, by the keyword that defines them."""

    SCALAR = "scalar"
    OBJECT = "type"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Directive:
    """An applied directive. Federation's have their canonical name, ``federation__key`` for example."""

    name: str
    arguments: Mapping[str, ConstValueNode] = field(default_factory=dict)
    of_extension: bool = False

    def text(self, argument: str) -> str | None:
        """The value of a string argument; None when it is left out or no string."""
        value = self.arguments.get(argument)
        return value.value if isinstance(value, StringValueNode) else None

    def flag(self, argument: str, *, default: bool) -> bool:
        """The value of a boolean argument."""
        value = self.arguments.get(argument)
        return value.value if isinstance(value, BooleanValueNode) else default


@dataclass(slots=True, kw_only=True)
class Element:
    """What every named part of a schema has."""

    name: str
    description: str | None = None
    directives: list[Directive] = field(default_factory=list)

    def applied(self, name: str) -> Iterator[Directive]:
        return (directive for directive in self.directives if directive.name == name)

    def has(self, name: str) -> bool:
        return any(True for _ in self.applied(name))

    def first(self, name: str) -> Directive | None:
        return next(self.applied(name), None)


@dataclass(slots=True, kw_only=True)
class InputValue(Element):
    """An argument, or a field of an input object."""

    type: TypeRef
    default: ConstValueNode | None = None

    @property
    def is_required(self) -> bool:
        return self.type.endswith("!") and self.default is None


@dataclass(slots=True, kw_only=True)
class Field(Element):
    """A field of an object or interface."""

    type: TypeRef
    arguments: dict[str, InputValue] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Type(Element):
    """A type with all its extensions. Which of the members mean anything depends on ``kind``."""

    kind: Kind
    fields: dict[str, Field] = field(default_factory=dict)
    inputs: dict[str, InputValue] = field(default_factory=dict)
    values: dict[str, Element] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Subgraph:
    """One subgraph, read. Root types are renamed to Query, Mutation and Subscription."""

    name: str
    url: str
    graph: str
    types: dict[str, Type]
    links: Links
    directive_definitions: dict[str, DirectiveDefinitionNode] = field(default_factory=dict)
    schema_directives: list[Directive] = field(default_factory=list)
    schema_description: str | None = None

    def is_subtype(self, narrow: str, wide: str) -> bool:
        """Whether ``narrow`` implements the interface, or is a member of the union, ``wide`` here."""
        return is_named_subtype(self.types, narrow, wide)


def elements_of(type_: Type) -> Iterator[Element]:
    """The type and every part of it that may carry directives."""
    yield type_
    yield from type_.inputs.values()
    yield from type_.values.values()
    for field_ in type_.fields.values():
        yield field_
        yield from field_.arguments.values()


def is_named_subtype(types: Mapping[str, Type], narrow: str, wide: str) -> bool:
    if narrow == wide:
        return True
    inner, outer = types.get(narrow), types.get(wide)
    return (inner is not None and wide in inner.interfaces) or (outer is not None and narrow in outer.members)


def possible_types(types: Mapping[str, Type], name: str) -> list[str]:
    """The object types that a value of the type ``name`` may have."""
    return [
        type_.name
        for type_ in types.values()
        if type_.kind is Kind.OBJECT and is_named_subtype(types, type_.name, name)
    ]
