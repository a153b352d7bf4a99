"""A graph as its makers see it: what the whole schema says, and which part of it each subgraph has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

LEAVES = ("Int", "String", "Boolean", "ID", "Float")


@dataclass
class Field:
    """``shape`` is the wrapping of the type: ``[{}!]``. ``is_identity``: the value tells one object from another."""

    name: str
    type: str
    shape: str = "{}"
    arguments: dict[str, str] = field(default_factory=dict)
    is_identity: bool = False
    is_inaccessible: bool = False
    #: Objects that the field may answer with, where its type is abstract.
    possible: list[str] = field(default_factory=list)

    @property
    def type_text(self) -> str:
        return self.shape.format(self.type)


@dataclass
class Type:
    name: str
    kind: str = "type"
    fields: dict[str, Field] = field(default_factory=dict)
    #: Of a union or an interface: its objects, all subgraphs taken together.
    members: list[str] = field(default_factory=list)
    #: Of an interface: the one that it implements.
    parent: str = ""
    #: Of an enum its values, of an input object its fields.
    values: list[str] = field(default_factory=list)

    def add(self, field_: Field) -> Field:
        self.fields[field_.name] = field_
        return field_


@dataclass
class Key:
    fields: str
    is_resolvable: bool = True


@dataclass
class PlacedField:
    """A field as one subgraph has it."""

    is_external: bool = False
    #: External, but some field of the subgraph provides it.
    is_provided: bool = False
    #: Overridden by another subgraph: nobody may ask for it here any more.
    is_gone: bool = False
    #: The subgraph promises a value where the whole schema does not.
    is_strict: bool = False
    requires: str = ""
    provides: str = ""
    override: str = ""
    #: The override holds, here and where it takes from, while this label is active.
    label: str = ""
    tags: list[str] = field(default_factory=list)


@dataclass
class PlacedType:
    """A type as one subgraph has it."""

    name: str
    kind: str = "type"
    keys: list[Key] = field(default_factory=list)
    fields: dict[str, PlacedField] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    is_interface_object: bool = False
    is_extension: bool = False
    #: ... by @extends instead of ``extend type``.
    says_extends: bool = False

    def add_key(self, fields: str, *, is_resolvable: bool = True) -> None:
        known = next((key for key in self.keys if key.fields == fields), None)
        if known is None:
            self.keys.append(Key(fields, is_resolvable))
        else:
            known.is_resolvable = known.is_resolvable or is_resolvable

    @property
    def has_resolvable_key(self) -> bool:
        return any(key.is_resolvable for key in self.keys)


@dataclass
class Subgraph:
    name: str
    is_federation_1: bool = False
    #: How it calls the federation directives: ``imported``, ``prefixed``, ``renamed`` or ``as``.
    link_style: str = "imported"
    types: dict[str, PlacedType] = field(default_factory=dict)

    def place(self, name: str, kind: str = "type") -> PlacedType:
        return self.types.setdefault(name, PlacedType(name, kind))

    def has(self, type_: str, field_: str) -> bool:
        """Whether it can resolve the field, whoever asks."""
        placed = self.types.get(type_)
        found = placed.fields.get(field_) if placed else None
        return found is not None and not found.is_external and not found.is_gone


@dataclass
class Graph:
    seed: int
    types: dict[str, Type] = field(default_factory=dict)
    subgraphs: list[Subgraph] = field(default_factory=list)

    def add(self, name: str, kind: str = "type") -> Type:
        return self.types.setdefault(name, Type(name, kind))

    def holders(self, type_: str) -> list[Subgraph]:
        """Subgraphs that have fields of their own for an entity, and a key to come in by."""
        return [
            each for each in self.subgraphs if type_ in each.types and each.types[type_].has_resolvable_key
        ]

    def owners(self, type_: str, field_: str) -> list[Subgraph]:
        return [each for each in self.subgraphs if each.has(type_, field_)]

    def objects_of(self, name: str) -> list[str]:
        type_ = self.types.get(name)
        if type_ is None:
            return []
        return type_.members if type_.kind in ("interface", "union") else [name]

    def objects(self) -> Iterator[Type]:
        return (type_ for type_ in self.types.values() if type_.kind == "type")
