"""Reads a Federation 2 supergraph SDL (join v0.2 to v0.5) into memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLError,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
)

from router.core.selection import parse_field_set
from router.core.supergraph.api_schema import build_api_schema
from router.core.supergraph.join import directives_named, named_type, tags_of
from router.core.supergraph.model import (
    FieldJoin,
    Key,
    Subgraph,
    Supergraph,
    SupergraphField,
    SupergraphType,
)

_COMPOSITE = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode, UnionTypeDefinitionNode)


class SupergraphError(Exception):
    """The text is no supergraph that this router can run; the message says why."""


def load_supergraph(sdl: str) -> Supergraph:
    """Raises SupergraphError."""
    try:
        document = parse(sdl, no_location=True)
        api_schema = build_api_schema(document)
    except (GraphQLError, TypeError) as error:
        raise SupergraphError(f"not a supergraph: {error}") from error
    graphs = _read_graphs(document)
    nodes = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, _COMPOSITE) and not node.name.value.startswith(("join__", "link__"))
    }
    types = {name: _read_type(node, graphs) for name, node in nodes.items()}
    _read_possible_types(nodes, types, graphs)
    return Supergraph(
        subgraphs={subgraph.name: subgraph for subgraph in graphs.values()},
        api_schema=api_schema,
        types=types,
    )


def _read_graphs(document: DocumentNode) -> dict[str, Subgraph]:
    """Subgraphs by their name in ``enum join__Graph``."""
    for node in document.definitions:
        if isinstance(node, EnumTypeDefinitionNode) and node.name.value == "join__Graph":
            return {
                value.name.value: Subgraph(arguments["name"], arguments.get("url") or "")
                for value in node.values or ()
                for arguments in directives_named(value, "join__graph")
            }
    raise SupergraphError("not a supergraph: there is no `enum join__Graph`")


def _read_type(node: Any, graphs: Mapping[str, Subgraph]) -> SupergraphType:
    joins = directives_named(node, "join__type")
    members = [graphs[join["graph"]].name for join in joins]
    found = SupergraphType(
        name=node.name.value,
        is_abstract=not isinstance(node, ObjectTypeDefinitionNode),
        keys=_read_keys(joins, graphs),
    )
    for subgraph in members:
        found.possible_types[subgraph] = () if found.is_abstract else (found.name,)
    for field_node in getattr(node, "fields", None) or ():
        found.fields[field_node.name.value] = _read_field(field_node, members, graphs)
    return found


def _read_keys(
    joins: Iterable[Mapping[str, Any]], graphs: Mapping[str, Subgraph]
) -> dict[str, tuple[Key, ...]]:
    keys: dict[str, tuple[Key, ...]] = {}
    for join in joins:
        if join.get("key") and join.get("resolvable", True):
            subgraph = graphs[join["graph"]].name
            keys[subgraph] = (
                *keys.get(subgraph, ()),
                Key(text=join["key"], selections=parse_field_set(join["key"])),
            )
    return keys


def _read_field(node: Any, members: list[str], graphs: Mapping[str, Subgraph]) -> SupergraphField:
    """Without ``@join__field`` a field is answered by every subgraph that knows its type."""
    joins: dict[str, FieldJoin] = {}
    directives = directives_named(node, "join__field")
    if not any("graph" in join for join in directives):
        joins = dict.fromkeys(members, FieldJoin())
    for join in directives:
        if "graph" in join and not join.get("usedOverridden"):
            joins[graphs[join["graph"]].name] = FieldJoin(
                is_external=bool(join.get("external")),
                requires=parse_field_set(join["requires"]) if join.get("requires") else (),
                provides=parse_field_set(join["provides"]) if join.get("provides") else (),
            )
    return SupergraphField(node.name.value, named_type(node.type), joins, tags_of(node))


def _read_possible_types(
    nodes: Mapping[str, Any], types: Mapping[str, SupergraphType], graphs: Mapping[str, Subgraph]
) -> None:
    """Fills in which objects an interface or union may be in each subgraph."""
    members: dict[tuple[str, str], list[str]] = {}
    for name, node in nodes.items():
        if isinstance(node, UnionTypeDefinitionNode):
            for abstract, subgraph, member in _union_members(node, types[name], graphs):
                members.setdefault((abstract, subgraph), []).append(member)
        elif isinstance(node, ObjectTypeDefinitionNode):
            for abstract, subgraph in _implemented(node, types[name], graphs):
                members.setdefault((abstract, subgraph), []).append(name)
    for (abstract, subgraph), names in members.items():
        types[abstract].possible_types[subgraph] = tuple(names)


def _union_members(
    node: UnionTypeDefinitionNode, union: SupergraphType, graphs: Mapping[str, Subgraph]
) -> Iterable[tuple[str, str, str]]:
    joins = directives_named(node, "join__unionMember")
    if joins:
        for join in joins:
            yield union.name, graphs[join["graph"]].name, join["member"]
        return
    for subgraph in union.possible_types:
        for member in node.types or ():
            yield union.name, subgraph, member.name.value


def _implemented(
    node: ObjectTypeDefinitionNode, type_: SupergraphType, graphs: Mapping[str, Subgraph]
) -> Iterable[tuple[str, str]]:
    joins = directives_named(node, "join__implements")
    if joins:
        for join in joins:
            yield join["interface"], graphs[join["graph"]].name
        return
    for subgraph in type_.possible_types:
        for interface in node.interfaces or ():
            yield interface.name.value, subgraph
