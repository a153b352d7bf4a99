"""Draws the types: entities with the keys by which subgraphs know them, keyless objects, an enum."""

from __future__ import annotations

from itertools import pairwise

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.features import Feature
from tests.support.random_graphs.make_interface_objects import veil_entities
from tests.support.random_graphs.model import Field, Subgraph

ENTITIES = ("Ant", "Bee", "Cat", "Dog", "Elk")


def draw_subgraphs(builder: Builder) -> None:
    count = builder.choose.choice((2, 2, 3, 3, 4, 5, 6))
    builder.graph.subgraphs = [Subgraph(f"s{number}") for number in range(1, count + 1)]
    for subgraph in builder.graph.subgraphs:
        subgraph.is_federation_1 = builder.uses(Feature.FEDERATION_1, 0.2)
        if builder.uses(Feature.LINK_STYLES, 0.3):
            subgraph.link_style = builder.choose.choice(("prefixed", "renamed", "as"))
    builder.graph.add("Query")
    builder.graph.add("Mood", "enum").values = ["CALM", "GLAD", "SAD"]
    builder.graph.add("Filter", "input").values = [
        "by: Int = 4",
        'text: String = "t"',
        "modes: [Color!]",
        "inner: Filter",
    ]
    builder.graph.add("Color", "enum").values = ["RED", "GREEN", "BLUE"]


def draw_entities(builder: Builder) -> None:
    """Keys form a chain over an entity's holders, so that each can be reached from each."""
    builder.entities = list(ENTITIES[: builder.choose.randint(2, 5)])
    for name in builder.entities:
        entity = builder.graph.add(name)
        entity.add(Field("id", "ID", "{}!", is_identity=True))
    veil_entities(builder)
    for name in builder.entities:
        knowing = [each for each in builder.graph.subgraphs if builder.may_know(each, name)]
        holders = [each for each in knowing if name in builder.veiled and each.name in builder.homes]
        holders += builder.some([each for each in knowing if each not in holders], most=4)
        builder.place_key(holders[0], name, "id")
        for one, other in pairwise(holders):
            fields = _draw_key(builder, name)
            builder.place_key(one, name, fields)
            builder.place_key(other, name, fields)
            if builder.choose.random() < 0.3:
                builder.place_key(other, name, "id")


def _draw_key(builder: Builder, name: str) -> str:
    options = ["id"]
    options += ["sku"] if builder.uses(Feature.KEY_CHAINS) else []
    options += ["region code"] if builder.uses(Feature.COMPOSITE_KEYS) else []
    options += ["place { zip }", "friend { id }"] if builder.uses(Feature.NESTED_KEYS) else []
    options += ["marks { tag }"] if builder.uses(Feature.LIST_KEYS) else []
    choice = builder.choose.choice(options)
    others = [each for each in builder.entities if each != name and each not in builder.veiled]
    if choice.startswith("friend") and "friend" not in builder.graph.types[name].fields:
        if not others:
            return "id"
        builder.graph.types[name].add(Field("friend", builder.choose.choice(others), "{}!", is_identity=True))
    _add_key_fields(builder, name, choice)
    return choice


def _add_key_fields(builder: Builder, name: str, key: str) -> None:
    fields = builder.graph.types[name].fields
    for each in key.split("{", maxsplit=1)[0].split():
        if each in fields:
            continue
        if each in ("place", "marks"):
            value = builder.graph.add(f"{name}{each.title()}")
            value.add(Field("zip" if each == "place" else "tag", "String", "{}!", is_identity=True))
            value.add(Field("note", "String"))
            builder.values.append(value.name)
            fields[each] = Field(each, value.name, "{}!" if each == "place" else "[{}!]!", is_identity=True)
        else:
            fields[each] = Field(each, "Int" if each == "code" else "String", "{}!", is_identity=True)


def draw_values(builder: Builder) -> None:
    """Keyless types, the same in each subgraph that has them; one may hold another, or an entity."""
    for name in ("Wood", "Stone")[: builder.choose.randint(0, 2)]:
        value = builder.graph.add(name)
        value.add(Field("name", builder.choose.choice(("String", "Int")), builder.shape()))
        value.add(Field("color", "Color"))
        if builder.values and builder.choose.random() < 0.5:
            value.add(Field("inner", builder.choose.choice(builder.values), builder.shape()))
        if builder.choose.random() < 0.4:
            value.add(Field("who", builder.choose.choice(builder.entities), builder.shape()))
        builder.values.append(name)
