"""Draws interfaces and unions; each subgraph has the members and the interface's fields that it knows."""

from __future__ import annotations

from tests.support.random_graphs.builder import Builder
from tests.support.random_graphs.features import Feature
from tests.support.random_graphs.make_fields import draw_arguments
from tests.support.random_graphs.model import Field, Subgraph


def draw_interfaces(builder: Builder) -> None:
    for name in ("Animal", "Being")[: builder.choose.randint(1, 2)]:
        if builder.uses(Feature.INTERFACES, 0.7):
            _draw_interface(builder, name)
    if "Animal" in builder.graph.types and builder.uses(Feature.INTERFACES_OF_INTERFACES, 0.4):
        _narrow_interface(builder, "Pet", "Animal")


def _draw_interface(builder: Builder, name: str) -> None:
    members = builder.some(builder.entities + builder.values, least=2, most=3)
    for _ in range(builder.choose.randint(0, 2)):
        _add_common_field(builder, members, builder.name("common"))
    common = _common_fields(builder, members)
    interface = builder.graph.add(name, "interface")
    for subgraph in builder.graph.subgraphs:
        local = builder.some([each for each in members if each in subgraph.types], least=0)
        fields = [each for each in common if all(subgraph.has(member, each) for member in local)]
        if not local or not fields:
            continue
        subgraph.place(name, "interface").members = local
        interface.members = sorted({*interface.members, *local})
        for each in builder.some(fields):
            interface.add(builder.graph.types[local[0]].fields[each])
            builder.place(subgraph, name, each)
    if not interface.members:
        del builder.graph.types[name]


def _narrow_interface(builder: Builder, name: str, wider: str) -> None:
    """An interface that implements another: wherever that is, with some of its members and all of its fields."""
    narrow = builder.graph.add(name, "interface")
    narrow.parent = wider
    for subgraph in _parts(builder, wider):
        placed = subgraph.place(name, "interface")
        placed.members = builder.some(subgraph.types[wider].members)
        narrow.members = sorted({*narrow.members, *placed.members})
        for field in subgraph.types[wider].fields:
            narrow.add(builder.graph.types[wider].fields[field])
            builder.place(subgraph, name, field)


def _add_common_field(builder: Builder, members: list[str], name: str) -> None:
    """A leaf, a reference or a keyless object, the same in all members."""
    values = [] if set(members) & set(builder.values) else builder.values
    target = builder.choose.choice(["String", "Color", *builder.entities, *values])
    known = {
        member: [each for each in _holders(builder, member) if builder.may_know(each, target)]
        for member in members
    }
    is_known = all(
        known[each] == _holders(builder, each) if each in builder.values else known[each] for each in members
    )
    if target in members or not is_known:
        target, known = "String", {member: _holders(builder, member) for member in members}
    shape, arguments = builder.shape(), draw_arguments(builder)
    for member, holders in known.items():
        builder.graph.types[member].add(Field(name, target, shape, arguments))
        is_everywhere = member in builder.values or builder.uses(Feature.SHAREABLE, 0.6)
        for owner in holders if is_everywhere else builder.some(holders, most=1):
            builder.place(owner, member, name)


def _holders(builder: Builder, name: str) -> list[Subgraph]:
    return _parts(builder, name) if name in builder.values else builder.graph.holders(name)


def _common_fields(builder: Builder, members: list[str]) -> list[str]:
    """Names under which all members have the same."""
    first, *others = (builder.graph.types[member].fields for member in members)
    return [
        name
        for name, field in first.items()
        if all(
            name in fields
            and (fields[name].type_text, fields[name].arguments) == (field.type_text, field.arguments)
            for fields in others
        )
    ]


def draw_unions(builder: Builder) -> None:
    if not builder.uses(Feature.UNIONS, 0.7):
        return
    union = builder.graph.add("Any", "union")
    for subgraph in builder.graph.subgraphs:
        known = [each for each in builder.entities + builder.values if each in subgraph.types]
        if known and builder.choose.random() < 0.7:
            subgraph.place("Any", "union").members = builder.some(known, most=3)
    union.members = sorted({each for part in _parts(builder, "Any") for each in part.types["Any"].members})
    if not union.members:
        del builder.graph.types["Any"]


def _parts(builder: Builder, name: str) -> list[Subgraph]:
    return [each for each in builder.graph.subgraphs if name in each.types]
