"""Moves fields by @override, hides and tags some, promises values, and gives old subgraphs their old style."""

from __future__ import annotations

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.features import Feature
from tests.support.random_graphs.model import Field, PlacedType, Subgraph, Type


def draw_overrides(builder: Builder) -> None:
    for name in builder.entities:
        for field in builder.graph.types[name].fields.values():
            is_movable = not field.is_identity and field.type not in [*builder.partial_values, "Query"]
            if is_movable and builder.uses(Feature.OVERRIDE, 0.15):
                _override(builder, name, field)


def _override(builder: Builder, name: str, field: Field) -> None:
    owners = builder.graph.owners(name, field.name)
    takers = [
        each
        for each in builder.graph.holders(name)
        if field.name not in each.types[name].fields
        and not each.is_federation_1
        and _knows_all(builder, each, field)
    ]
    if len(owners) == 1 and takers:
        taker = builder.choose.choice(takers)
        label = builder.name("moved") if builder.uses(Feature.OVERRIDE_LABEL, 0.5) else ""
        builder.place(taker, name, field.name, override=owners[0].name, label=label)
        builder.place(owners[0], name, field.name, is_gone=True, label=label)


def _knows_all(builder: Builder, subgraph: Subgraph, field: Field) -> bool:
    if not builder.may_know(subgraph, field.type):
        return False
    placed = subgraph.types.get(field.type)
    return not field.possible or (placed is not None and set(field.possible) <= set(placed.members))


def draw_marks(builder: Builder) -> None:
    for name in builder.entities:
        type_ = builder.graph.types[name]
        for field in type_.fields.values():
            if builder.uses(Feature.INACCESSIBLE, 0.08) and _may_hide(builder, type_, field):
                field.is_inaccessible = True
            if builder.uses(Feature.NULLABILITY, 0.3) and _may_promise(builder, name, field):
                builder.choose.choice(builder.graph.owners(name, field.name)).types[name].fields[
                    field.name
                ].is_strict = True
    for subgraph in builder.graph.subgraphs:
        for placed in subgraph.types.values():
            for place in placed.fields.values():
                if builder.uses(Feature.TAG, 0.05) and not place.is_external:
                    place.tags.append("internal")


def _may_hide(builder: Builder, type_: Type, field: Field) -> bool:
    """Interfaces keep what they promise, and a type keeps something to show."""
    interfaces = [each for each in builder.graph.types.values() if each.kind == "interface"]
    is_promised = any(type_.name in each.members and field.name in each.fields for each in interfaces)
    visible = [each for each in type_.fields.values() if not each.is_inaccessible]
    owners = builder.graph.owners(type_.name, field.name)
    return not is_promised and len(visible) > 1 and any(not each.is_federation_1 for each in owners)


def _may_promise(builder: Builder, name: str, field: Field) -> bool:
    parts = [
        each.types[name].fields.get(field.name) for each in builder.graph.subgraphs if name in each.types
    ]
    places = [each for each in parts if each is not None]
    is_plain = not any(each.is_external or each.is_gone or each.override for each in places)
    return len(places) > 1 and is_plain and not field.is_identity


def draw_extensions(builder: Builder) -> None:
    """A Federation 1 subgraph extends types that another one defines; their keys are external there."""
    for subgraph in builder.graph.subgraphs:
        if not subgraph.is_federation_1:
            continue
        for placed in subgraph.types.values():
            if placed.name in builder.entities and _may_extend(builder, subgraph, placed):
                placed.is_extension = builder.choose.random() < 0.6
                placed.says_extends = builder.choose.random() < 0.5


def _may_extend(builder: Builder, subgraph: Subgraph, placed: PlacedType) -> bool:
    others = [each.types.get(placed.name) for each in builder.graph.subgraphs if each is not subgraph]
    return _has_flat_keys(placed) and any(other and not other.is_extension for other in others)


def _has_flat_keys(placed: PlacedType) -> bool:
    return all("{" not in key.fields for key in placed.keys)
