"""Draws the fields of Query and Mutation."""

from __future__ import annotations

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.features import Feature
from tests.support.random_graphs.make_fields import place_reference, targets
from tests.support.random_graphs.model import Field


def draw_queries(builder: Builder) -> None:
    subgraphs = builder.graph.subgraphs
    wanted = list(dict.fromkeys(targets(builder)))
    builder.choose.shuffle(wanted)
    for target in wanted:
        for _ in range(builder.choose.choice((1, 1, 2))):
            shared = builder.uses(Feature.SHAREABLE_ROOTS, 0.3)
            owners = builder.some(subgraphs, most=3 if shared else 1)
            place_reference(builder, "Query", builder.name("get"), target, owners)
    if not builder.graph.types["Query"].fields:
        entity = builder.entities[0]
        place_reference(builder, "Query", builder.name("get"), entity, builder.graph.holders(entity)[:1])


def draw_query_fields(builder: Builder) -> None:
    """Ways back to the root: from an entity, as from the payload of a mutation."""
    asked = [each for each in builder.graph.subgraphs if "Query" in each.types]
    for name in builder.entities:
        holders = [each for each in builder.graph.holders(name) if each in asked]
        if holders and builder.uses(Feature.QUERY_FIELDS, 0.15):
            builder.graph.types[name].add(Field("root", "Query", "{}!"))
            builder.place(builder.choose.choice(holders), name, "root")


def draw_mutations(builder: Builder) -> None:
    if not builder.uses(Feature.MUTATIONS, 0.5):
        return
    mutation = builder.graph.add("Mutation")
    for subgraph in builder.some(builder.graph.subgraphs, most=3):
        for _ in range(builder.choose.choice((1, 2))):
            name = builder.name("bump")
            mutation.add(Field(name, "Int", "{}!", {"by": "Int! = 1"}))
            builder.place(subgraph, "Mutation", name)
        place_reference(
            builder, "Mutation", builder.name("make"), builder.choose.choice(targets(builder)), [subgraph]
        )
