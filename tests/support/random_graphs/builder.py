"""What the makers of a graph share: the dice, the features, and how a type comes to be in a subgraph."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from graphql import FieldNode, SelectionSetNode

from tests.support.random_graphs.data import parse_fields
from tests.support.random_graphs.features import Feature, Features
from tests.support.random_graphs.model import LEAVES, Field, Graph, PlacedField, Subgraph

Thing = TypeVar("Thing")
SHAPES = ("{}", "{}", "{}", "{}!", "[{}]", "[{}!]", "[{}!]!", "[{}]!", "[[{}]]")


@dataclass
class Builder:
    graph: Graph
    choose: random.Random
    features: Features
    #: Entities and keyless types by name; what is neither is abstract, an enum or a root.
    entities: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    #: Keyless types whose fields are spread; they hang below one field of one entity.
    partial_values: list[str] = field(default_factory=list)
    #: Entities of an interface that some subgraphs see as one object, and who may not know them.
    veiled: dict[str, set[str]] = field(default_factory=dict)
    #: Subgraphs that know the entities behind the interface.
    homes: list[str] = field(default_factory=list)
    names: int = 0

    def uses(self, feature: Feature, chance: float = 1.0) -> bool:
        return feature in self.features and self.choose.random() < chance

    def some(self, things: Sequence[Thing], least: int = 1, most: int | None = None) -> list[Thing]:
        """A random part of ``things``, in random order."""
        most = len(things) if most is None else min(most, len(things))
        return self.choose.sample(list(things), self.choose.randint(min(least, most), most))

    def name(self, stem: str) -> str:
        self.names += 1
        return f"{stem}{self.names}"

    def shape(self) -> str:
        return self.choose.choice(SHAPES)

    def may_know(self, subgraph: Subgraph, type_: str) -> bool:
        """Whether a subgraph may learn of a type, and of what it brings along."""
        return subgraph.name not in self.veiled.get(type_, ()) and all(
            self.may_know(subgraph, inner.type)
            for inner in (self.graph.types[type_].fields.values() if type_ in self.values else ())
        )

    def place(self, subgraph: Subgraph, type_: str, field_: str, **marks: str | bool) -> PlacedField:
        """Gives a subgraph a field, and whatever types it cannot do without."""
        definition = self.graph.types[type_].fields[field_]
        placed = subgraph.types.get(type_) or subgraph.place(type_, self.graph.types[type_].kind)
        place = placed.fields.setdefault(field_, PlacedField())
        for mark, value in marks.items():
            setattr(place, mark, value)
        for name in (definition.type, *_named(definition)):
            self.ensure_type(subgraph, name)
        return place

    def ensure_type(self, subgraph: Subgraph, name: str) -> None:
        """An entity is there as a stub at least, a keyless type as a whole; abstract types are there or not."""
        if name in LEAVES or name in self.partial_values:
            return
        type_ = self.graph.types[name]
        if type_.kind in ("enum", "input"):
            placed = subgraph.place(name, type_.kind)
            if type_.kind == "enum" and not placed.members:
                placed.members = self._draw_enum_values(name)
            if type_.kind == "input":
                self.ensure_type(subgraph, "Color")
        elif name in self.entities and name not in subgraph.types:
            self._place_stub(subgraph, name)
        elif name in self.values:
            self._place_whole(subgraph, name)

    def _draw_enum_values(self, name: str) -> list[str]:
        """An enum that no argument takes may differ; all subgraphs have its first value."""
        first, *others = self.graph.types[name].values
        is_partial = name == "Mood" and self.uses(Feature.ENUM_PARTS)
        return [first, *(each for each in others if not is_partial or self.choose.random() < 0.5)]

    def _place_whole(self, subgraph: Subgraph, name: str) -> None:
        placed = subgraph.place(name)
        for field_ in self.graph.types[name].fields:
            if field_ not in placed.fields or placed.fields[field_].is_external:
                self.place(subgraph, name, field_, is_external=False)

    def _place_stub(self, subgraph: Subgraph, name: str) -> None:
        is_resolvable = subgraph.is_federation_1 or not self.uses(Feature.UNRESOLVABLE, 0.6)
        self.place_key(subgraph, name, "id", is_resolvable=is_resolvable)

    def place_key(self, subgraph: Subgraph, type_: str, fields: str, *, is_resolvable: bool = True) -> None:
        placed = subgraph.place(type_, self.graph.types[type_].kind)
        placed.add_key(fields, is_resolvable=is_resolvable)
        self._place_selection(subgraph, type_, parse_fields(fields))

    def _place_selection(self, subgraph: Subgraph, type_: str, selection: SelectionSetNode) -> None:
        for each in selection.selections:
            if isinstance(each, FieldNode):
                name = each.name.value
                self.place(subgraph, type_, name)
                if each.selection_set:
                    inner = self.graph.types[type_].fields[name].type
                    self._place_selection(subgraph, inner, each.selection_set)


def _named(field_: Field) -> list[str]:
    """The types of the arguments."""
    return [text.split("=")[0].strip(" []!") for text in field_.arguments.values()]
