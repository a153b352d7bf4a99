"""Draws an entity interface that some subgraphs know as one object and add fields to."""

from __future__ import annotations

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.features import Feature
from tests.support.random_graphs.make_fields import LEAF_TYPES, draw_arguments
from tests.support.random_graphs.model import Field, Subgraph

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
        builder.place_key(home, member, "id")
    placed = home.place(NAME, "interface")
    placed.members = list(interface.members)
    builder.place_key(home, NAME, "id")
    builder.homes.append(home.name)
    for subgraph in blind:
        _place_blind(builder, subgraph)


def _place_blind(builder: Builder, subgraph: Subgraph) -> None:
    placed = subgraph.place(NAME)
    placed.is_interface_object = True
    builder.place_key(subgraph, NAME, "id")
    for _ in range(builder.choose.randint(1, 2)):
        field = Field(
            builder.name("trait"), builder.choose.choice(LEAF_TYPES), builder.shape(), draw_arguments(builder)
        )
        builder.graph.types[NAME].add(field)
        builder.place(subgraph, NAME, field.name)
        for member in builder.graph.types[NAME].members:
            builder.graph.types[member].add(field)
