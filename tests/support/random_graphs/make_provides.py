"""Draws fields that provide, on their path alone, what another subgraph owns."""

from __future__ import annotations

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.data import parse_fields
from tests.support.random_graphs.features import Feature
from tests.support.random_graphs.make_requires import place_externals
from tests.support.random_graphs.model import LEAVES, Field, PlacedType, Subgraph


def draw_provides(builder: Builder) -> None:
    for subgraph in builder.graph.subgraphs:
        for placed in list(subgraph.types.values()):
            if placed.kind == "type" and not placed.is_interface_object:
                _draw_for_type(builder, subgraph, placed)


def _draw_for_type(builder: Builder, subgraph: Subgraph, placed: PlacedType) -> None:
    for name, place in list(placed.fields.items()):
        field = builder.graph.types[placed.name].fields[name]
        is_own = subgraph.has(placed.name, name) and not field.is_identity
        if not is_own or field.type in LEAVES or not builder.uses(Feature.PROVIDES, 0.3):
            continue
        fields = _write(builder, subgraph, field)
        if fields:
            place_externals(builder, subgraph, field.type, parse_fields(fields), is_provided=True)
            place.provides = fields


def _write(builder: Builder, subgraph: Subgraph, field: Field) -> str:
    if field.type in builder.entities:
        return _write_entity(builder, subgraph, field.type, 0)
    placed = subgraph.types.get(field.type)
    if (
        not field.possible
        or placed is None
        or placed.is_interface_object
        or not builder.uses(Feature.PROVIDES_FRAGMENTS)
    ):
        return ""
    parts = []
    for member in builder.some([each for each in field.possible if each in builder.entities], least=0):
        inner = _write_entity(builder, subgraph, member, 0)
        parts += [f"... on {member} {{ {inner} }}"] if inner else []
    return " ".join(parts)


def _write_entity(builder: Builder, subgraph: Subgraph, name: str, depth: int) -> str:
    """Leaves that others own, and below references that others own."""
    chosen = []
    for field in builder.some(list(builder.graph.types[name].fields.values()), most=3):
        if not _may_provide(builder, subgraph, name, field):
            continue
        if field.type in LEAVES or builder.graph.types[field.type].kind == "enum":
            chosen.append(field.name)
        elif _has_parts(builder, field) and depth == 0 and builder.uses(Feature.PROVIDES_NESTED):
            inner = _write_entity(builder, subgraph, field.type, 1)
            chosen += [f"{field.name} {{ {inner} }}"] if inner else []
    return " ".join(chosen)


def _may_provide(builder: Builder, subgraph: Subgraph, name: str, field: Field) -> bool:
    placed = subgraph.types[name].fields.get(field.name) if name in subgraph.types else None
    is_foreign = placed is None or placed.is_external
    is_owned = bool(builder.graph.owners(name, field.name))
    is_plain = not field.is_identity and not field.arguments
    return is_foreign and is_owned and is_plain and builder.may_know(subgraph, field.type)


def _has_parts(builder: Builder, field: Field) -> bool:
    return field.type in builder.entities or field.type in builder.partial_values
