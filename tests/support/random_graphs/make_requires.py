"""Draws fields that require others: their owner declares what it needs as external and must be told of it."""

from __future__ import annotations

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.data import parse_fields
from tests.support.random_graphs.features import Feature
from tests.support.random_graphs.make_fields import draw_arguments, place_reference, targets
from tests.support.random_graphs.model import LEAVES, Field, PlacedField, Subgraph


def draw_requires(builder: Builder) -> None:
    """Only fields that are there already are required, so that requirements of requirements end."""
    for name in builder.entities * 2:
        holders = builder.graph.holders(name)
        if len(holders) > 1 and builder.uses(Feature.REQUIRES, 0.5):
            _draw_one(builder, name, builder.choose.choice(holders))


def _draw_one(builder: Builder, name: str, subgraph: Subgraph) -> None:
    candidates = [
        field
        for field in builder.graph.types[name].fields.values()
        if _may_require(builder, subgraph, name, field)
    ]
    chosen = [
        text for field in builder.some(candidates, most=3) if (text := write_field(builder, subgraph, field))
    ]
    if not chosen:
        return
    fields = " ".join(chosen)
    new = builder.name("needs")
    if builder.choose.random() < 0.6:
        builder.graph.types[name].add(Field(new, "Int", builder.shape(), draw_arguments(builder)))
        builder.place(subgraph, name, new)
    elif not place_reference(builder, name, new, builder.choose.choice(targets(builder)), [subgraph]):
        return
    place_externals(builder, subgraph, name, parse_fields(fields))
    subgraph.types[name].fields[new].requires = fields


def _may_require(builder: Builder, subgraph: Subgraph, name: str, field: Field) -> bool:
    placed = subgraph.types[name].fields.get(field.name)
    is_foreign = placed is None or placed.is_external
    owners = builder.graph.owners(name, field.name)
    if not is_foreign or not owners or not builder.may_know(subgraph, field.type):
        return False
    if any(owner.types[name].fields[field.name].requires for owner in owners):
        return builder.uses(Feature.REQUIRES_CHAIN)
    return True


def write_field(builder: Builder, subgraph: Subgraph, field: Field, depth: int = 0) -> str:
    """The field as a field set says it, with some of what is below; empty where that can't be."""
    arguments = _draw_values(builder, field)
    if field.type in LEAVES or builder.graph.types[field.type].kind == "enum":
        return field.name + arguments
    if depth > 1 or field.type == "Query" or not builder.uses(Feature.REQUIRES_NESTED):
        return ""
    if builder.graph.types[field.type].kind in ("interface", "union"):
        inner = _write_fragments(builder, subgraph, field)
    else:
        inner = write_object(builder, subgraph, field.type, depth + 1)
    return f"{field.name}{arguments} {{ {inner} }}" if inner else ""


def write_object(builder: Builder, subgraph: Subgraph, name: str, depth: int) -> str:
    fields = list(builder.graph.types[name].fields.values())
    known = [
        each
        for each in fields
        if builder.graph.owners(name, each.name) and builder.may_know(subgraph, each.type)
    ]
    if Feature.REQUIRES_CHAIN not in builder.features:
        known = [each for each in known if not each.name.startswith("needs")]
    return " ".join(
        filter(None, (write_field(builder, subgraph, each, depth) for each in builder.some(known, most=2)))
    )


def _write_fragments(builder: Builder, subgraph: Subgraph, field: Field) -> str:
    """Says what it wants of each object that may be there, all of which the subgraph must know as members."""
    placed = subgraph.types.get(field.type)
    if not builder.uses(Feature.REQUIRES_FRAGMENTS) or placed is None or placed.is_interface_object:
        return ""
    if not set(field.possible) <= set(placed.members):
        return ""
    parts = []
    for member in builder.some(field.possible):
        inner = write_object(builder, subgraph, member, 2)
        parts += [f"... on {member} {{ {inner} }}"] if inner else []
    return " ".join(parts)


def _draw_values(builder: Builder, field: Field) -> str:
    if not field.arguments or not builder.uses(Feature.REQUIRES_ARGUMENTS, 0.7):
        return ""
    values = {
        "by": "7",
        "text": '"x"',
        "mode": "BLUE",
        "flags": "[1, 2]",
        "only": "[RED]",
        "where": "{by: 1, modes: [RED]}",
    }
    given = ", ".join(f"{name}: {values[name]}" for name in builder.some(list(field.arguments)))
    return f"({given})"


def place_externals(
    builder: Builder, subgraph: Subgraph, name: str, selection: SelectionSetNode, *, is_provided: bool = False
) -> None:
    """Declares what a field set selects, external where the subgraph does not have it itself."""
    for each in selection.selections:
        if isinstance(each, InlineFragmentNode) and each.type_condition:
            place_externals(
                builder, subgraph, each.type_condition.name.value, each.selection_set, is_provided=is_provided
            )
        elif isinstance(each, FieldNode) and each.name.value != "__typename":
            placed = subgraph.place(name)
            if each.name.value not in placed.fields:
                placed.fields[each.name.value] = PlacedField(is_external=True)
                builder.place(subgraph, name, each.name.value)
            if is_provided:
                placed.fields[each.name.value].is_provided = True
            if each.selection_set:
                inner = builder.graph.types[name].fields[each.name.value].type
                place_externals(builder, subgraph, inner, each.selection_set, is_provided=is_provided)
