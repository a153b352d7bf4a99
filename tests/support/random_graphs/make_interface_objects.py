"""Draws an entity interface that some subgraphs know as one object and add fields to."""

from __future__ import annotations

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.features import Feature
from tests.support.random_graphs.make_fields import LEAF_TYPES, draw_arguments, place_reference, targets
from tests.support.random_graphs.model import Field, PlacedField, Subgraph

NAME = "Creature"


def veil_entities(builder: Builder) -> None:
    """Before anything is placed: who will see the interface as an object may not know its entities."""
    subgraphs = [each for each in builder.graph.subgraphs if not each.is_federation_1]
    if len(subgraphs) < 2 or len(builder.entities) < 2 or not builder.uses(Feature.INTERFACE_OBJECT, 0.35):
        return
    home, *blind = builder.some(subgraphs, least=2, most=3)
    interface = builder.graph.add(NAME, "interface")
    interface.members = sorted(builder.some(builder.entities, most=3))
    interface.add(Field("id", "ID", "{}!", is_identity=True))
    for member in interface.members:
        builder.veiled[member] = {each.name for each in blind}
    _place_home(builder, home)
    for subgraph in blind:
        subgraph.place(NAME).is_interface_object = True
        builder.place_key(subgraph, NAME, "id")


def _place_home(builder: Builder, home: Subgraph) -> None:
    interface = builder.graph.types[NAME]
    for member in interface.members:
        builder.place_key(home, member, "id")
    home.place(NAME, "interface").members = list(interface.members)
    builder.place_key(home, NAME, "id")
    builder.homes.append(home.name)


def draw_more_homes(builder: Builder) -> None:
    """Others who know all entities may know the interface too; homes share some fields of it."""
    if NAME not in builder.graph.types:
        return
    members = builder.graph.types[NAME].members
    for subgraph in builder.graph.subgraphs:
        knows_all = all(each in subgraph.types and subgraph.has(each, "id") for each in members)
        if knows_all and not subgraph.is_federation_1 and builder.choose.random() < 0.4:
            _place_home(builder, subgraph)
    for name in ("mood", "age")[: builder.choose.randint(0, 2)]:
        field = builder.graph.types[NAME].add(Field(name, builder.choose.choice(LEAF_TYPES), builder.shape()))
        owners = [each for each in builder.graph.subgraphs if each.name in builder.homes]
        for owner in builder.some(owners):
            for member in members:
                builder.graph.types[member].add(field)
                builder.place(owner, member, name)
            builder.place(owner, NAME, name)


def draw_traits(builder: Builder) -> None:
    """Who sees the interface as an object gives all its entities fields, which may require others."""
    for subgraph in builder.graph.subgraphs:
        placed = subgraph.types.get(NAME)
        if placed is None or not placed.is_interface_object:
            continue
        for _ in range(builder.choose.randint(1, 3)):
            name = builder.name("trait")
            if builder.choose.random() < 0.6:
                field = Field(
                    name, builder.choose.choice(LEAF_TYPES), builder.shape(), draw_arguments(builder)
                )
                builder.graph.types[NAME].add(field)
                builder.place(subgraph, NAME, name)
            elif not place_reference(
                builder, NAME, name, builder.choose.choice(targets(builder)), [subgraph]
            ):
                continue
            for member in builder.graph.types[NAME].members:
                builder.graph.types[member].add(builder.graph.types[NAME].fields[name])
            _require(builder, subgraph, placed.fields[name])


def _require(builder: Builder, subgraph: Subgraph, place: PlacedField) -> None:
    known = [each for each in ("mood", "age") if each in builder.graph.types[NAME].fields]
    if known and builder.uses(Feature.REQUIRES, 0.4):
        required = builder.some(known)
        for each in required:
            subgraph.types[NAME].fields.setdefault(each, PlacedField(is_external=True))
            builder.place(subgraph, NAME, each)
        place.requires = " ".join(required)
