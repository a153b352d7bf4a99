"""Reads a supergraph SDL (join v0.1 to v0.5) into memory."""

from __future__ import annotations

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

from router.core.supergraph.access import read_demands
from router.core.supergraph.api_schema import build_api_schema, inaccessible_names
from router.core.supergraph.costs import CostsError, read_costs
from router.core.supergraph.join import directives_named
from router.core.supergraph.model import Subgraph, Supergraph, assemble
from router.core.supergraph.read_possible_types import read_possible_types
from router.core.supergraph.read_type import Graphs, read_type
from router.core.supergraph.seat_interface_objects import seat_interface_objects

_COMPOSITE = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode, UnionTypeDefinitionNode)


class SupergraphError(Exception):
    """The text is no supergraph that this router can run; the message says why."""


def load_supergraph(sdl: str) -> Supergraph:
    """Raises SupergraphError."""
    try:
        document = parse(sdl, no_location=True)
        api_schema = build_api_schema(document)
        costs = read_costs(document)
    except (GraphQLError, TypeError, CostsError) as error:
        raise SupergraphError(f"not a supergraph: {error}") from error
    graphs = _read_graphs(document)
    nodes: dict[str, Any] = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, _COMPOSITE) and not node.name.value.startswith(("join__", "link__", "core__"))
    }
    types = {name: read_type(node, graphs) for name, node in nodes.items()}
    read_possible_types(nodes, types, graphs)
    seat_interface_objects(nodes, types)
    subgraphs = {subgraph.name: subgraph for subgraph in graphs.values()}
    hidden = frozenset(inaccessible_names(document))
    return assemble(subgraphs, api_schema, types, hidden, demands=read_demands(document), costs=costs)


def _read_graphs(document: DocumentNode) -> Graphs:
    """Subgraphs by their name in ``enum join__Graph``."""
    for node in document.definitions:
        if isinstance(node, EnumTypeDefinitionNode) and node.name.value == "join__Graph":
            return {
                value.name.value: Subgraph(arguments["name"], arguments.get("url") or "")
                for value in node.values or ()
                for arguments in directives_named(value, "join__graph")
            }
    raise SupergraphError("not a supergraph: there is no `enum join__Graph`")
