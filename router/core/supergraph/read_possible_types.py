"""Which objects an interface or union may be in each subgraph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import InterfaceTypeDefinitionNode, ObjectTypeDefinitionNode, UnionTypeDefinitionNode

from router.core.supergraph.join import directives_named
from router.core.supergraph.model import SupergraphType
from router.core.supergraph.read_type import Graphs


def read_possible_types(
    nodes: Mapping[str, Any], types: Mapping[str, SupergraphType], graphs: Graphs
) -> None:
    """Fills in ``possible_types`` of abstract types. An interface object is one of the objects of its subgraph."""
    members: dict[tuple[str, str], list[str]] = {}
    for name, node in nodes.items():
        if isinstance(node, UnionTypeDefinitionNode):
            for subgraph, member in _union_members(node, types[name], graphs):
                members.setdefault((name, subgraph), []).append(member)
        elif isinstance(node, (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode)):
            for abstract, subgraph in _implemented(node, types[name], graphs):
                if not types[name].expands_in(subgraph):
                    members.setdefault((abstract, subgraph), []).append(name)
    for (abstract, subgraph), names in members.items():
        if not types[abstract].is_opaque(subgraph):
            types[abstract].possible_types[subgraph] = tuple(dict.fromkeys(names))
    for type_ in types.values():
        for subgraph in type_.opaque_in:
            type_.possible_types[subgraph] = (type_.name,)


def _union_members(
    node: UnionTypeDefinitionNode, union: SupergraphType, graphs: Graphs
) -> Iterable[tuple[str, str]]:
    joins = directives_named(node, "join__unionMember")
    if joins:
        for join in joins:
            yield graphs[join["graph"]].name, join["member"]
        return
    for subgraph in union.possible_types:
        for member in node.types or ():
            yield subgraph, member.name.value


def _implemented(node: Any, type_: SupergraphType, graphs: Graphs) -> Iterable[tuple[str, str]]:
    joins = directives_named(node, "join__implements")
    if joins:
        for join in joins:
            yield join["interface"], graphs[join["graph"]].name
        return
    for subgraph in type_.possible_types:
        for interface in node.interfaces or ():
            yield interface.name.value, subgraph
