"""Draws the fields of entities: leaves, then references to other types, and says which subgraphs own them."""

from __future__ import annotations

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.features import Feature
from tests.support.random_graphs.model import Field, Subgraph

#: Few names, so that types meet under one name and differ in it.
LEAF_NAMES = ("name", "size", "rank", "color", "note")
LEAF_TYPES = ("String", "Int", "Boolean", "Float", "Color", "Mood", "ID")


def draw_leaves(builder: Builder) -> None:
    for name in builder.entities:
        for leaf in builder.some(LEAF_NAMES, least=2):
            field = Field(leaf, builder.choose.choice(LEAF_TYPES), builder.shape(), draw_arguments(builder))
            builder.graph.types[name].add(field)
            _place_in_owners(builder, name, field, builder.graph.holders(name))


def draw_arguments(builder: Builder) -> dict[str, str]:
    if not builder.uses(Feature.ARGUMENTS, 0.25):
        return {}
    options = {"by": "Int = 3", "text": "String", "mode": "Color = RED", "flags": "[Int!]", "only": "[Color]"}
    if builder.uses(Feature.INPUT_OBJECTS):
        options["where"] = "Filter = {by: 2}"
    return {name: options[name] for name in builder.some(list(options), most=2)}


def _place_in_owners(builder: Builder, type_: str, field: Field, holders: list[Subgraph]) -> None:
    shared = builder.uses(Feature.SHAREABLE, 0.3)
    for owner in builder.some(holders, most=None if shared else 1):
        builder.place(owner, type_, field.name)


def draw_partial_values(builder: Builder) -> None:
    """A keyless type in parts: its parent's key leads to each of them."""
    for name in builder.entities:
        holders = builder.graph.holders(name)
        if len(holders) < 2 or not builder.uses(Feature.PARTIAL_VALUES, 0.4):
            continue
        owners = builder.some(holders, least=2)
        value = builder.graph.add(f"{name}Part")
        builder.partial_values.append(value.name)
        parent = builder.graph.types[name].add(Field("part", value.name, builder.shape()))
        for owner in owners:
            builder.place(owner, name, parent.name)
        for owner in owners:
            known = [each for each in builder.entities if builder.may_know(owner, each)]
            target = builder.choose.choice([*LEAF_TYPES, *known, *known])
            field = value.add(
                Field(f"of{owner.name.title()}", target, builder.shape(), draw_arguments(builder))
            )
            builder.place(owner, value.name, field.name)
        both = value.add(Field("name", "String", builder.shape()))
        for owner in builder.some(owners):
            builder.place(owner, value.name, both.name)


def draw_references(builder: Builder) -> None:
    for name in builder.entities:
        for _ in range(builder.choose.randint(1, 3)):
            target = builder.choose.choice(targets(builder))
            shared = builder.uses(Feature.SHAREABLE, 0.2)
            owners = builder.some(builder.graph.holders(name), most=None if shared else 1)
            place_reference(builder, name, builder.name("to"), target, owners)


def targets(builder: Builder) -> list[str]:
    abstracts = [type_.name for type_ in builder.graph.types.values() if type_.kind in ("interface", "union")]
    return builder.entities + builder.values + abstracts * 2


def place_reference(builder: Builder, type_: str, name: str, target: str, owners: list[Subgraph]) -> bool:
    """Adds a field of ``target``'s type to those of ``owners`` that may have it."""
    owners = [each for each in owners if builder.may_know(each, target)]
    is_abstract = builder.graph.types[target].kind in ("interface", "union")
    possible: list[str] = []
    if is_abstract:
        owners = [each for each in owners if target in each.types]
        members = [local_members(builder, each, target) for each in owners]
        possible = sorted(set.intersection(*members)) if members else []
        owners = owners if possible else []
    if not owners:
        return False
    field = Field(name, target, builder.shape(), draw_arguments(builder), possible=possible)
    builder.graph.types[type_].add(field)
    for owner in owners:
        builder.place(owner, type_, name)
    return True


def local_members(builder: Builder, subgraph: Subgraph, abstract: str) -> set[str]:
    placed = subgraph.types[abstract]
    return set(builder.graph.types[abstract].members if placed.is_interface_object else placed.members)
