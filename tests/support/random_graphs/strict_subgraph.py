"""Servers over a graph's data: the monolith, and subgraphs that take nothing but what their schema promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    build_schema,
    graphql_sync,
)

from tests.support.random_graphs.data import Data, Node, parse_fields
from tests.support.random_graphs.model import Graph, PlacedField, PlacedType, Subgraph
from tests.support.random_graphs.sdl import print_executable


class Monolith:
    """Answers everything from one schema."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def execute(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        self._data.counter = 0
        result = graphql_sync(
            self._data.schema,
            query,
            root_value=Node("Query", 0),
            variable_values=dict(variables),
            field_resolver=self._resolve,
            type_resolver=lambda node, _info, _type: node.type,
        )
        return dict(result.formatted)

    def _resolve(self, node: Node, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        node = node if node.type != "Query" else Node(info.parent_type.name, 0)
        return self._data.read(node, info.field_name, arguments)


@dataclass(frozen=True)
class Handle:
    """An object on its way through a subgraph: what the router told of it, and what was provided with it."""

    node: Node
    type_name: str
    told: Mapping[str, Any] | None = None
    provided: tuple[SelectionSetNode, ...] = field(default=())


class StrictSubgraph:
    def __init__(self, data: Data, subgraph: Subgraph, active_labels: frozenset[str] = frozenset()) -> None:
        self._data = data
        self._graph: Graph = data.graph
        self._subgraph = subgraph
        self._active_labels = active_labels
        self._schema = build_schema(print_executable(self._graph, subgraph), assume_valid_sdl=True)

    def execute(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        result = graphql_sync(
            self._schema,
            query,
            root_value=Handle(Node("Query", 0), "Query"),
            variable_values=dict(variables),
            field_resolver=self._resolve,
            type_resolver=lambda handle, _info, _type: handle.type_name,
        )
        return dict(result.formatted)

    def _resolve(self, handle: Handle, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        name, parent = info.field_name, info.parent_type.name
        if parent == "Query" and name == "_entities":
            return [self._enter(each) for each in arguments["representations"]]
        placed = self._subgraph.types[parent]
        place = placed.fields[name]
        self._refuse_foreign_field(handle, placed, place, name)
        if place.requires:
            why = self._data.why_unlike(place.requires, handle.node, handle.told or {})
            if why:
                raise GraphQLError(f"{parent}.{name} requires {place.requires!r}: {why}")
        node = handle.node if handle.type_name not in ("Query", "Mutation") else Node(parent, 0)
        provided = tuple(_selections_of(handle.provided, name))
        provided += (parse_fields(place.provides),) if place.provides else ()
        value = self._data.read(node, name, arguments)
        return self._hand_over(value, self._graph.types[node.type].fields[name].type, provided)

    def _refuse_foreign_field(
        self, handle: Handle, placed: PlacedType, place: PlacedField, name: str
    ) -> None:
        is_moved = not place.label or place.label in self._active_labels
        if (place.is_gone and is_moved) or (place.override and not is_moved):
            raise GraphQLError(f"{placed.name}.{name} has moved or has still to move: label {place.label!r}")
        is_key = any(name in _field_names(parse_fields(key.fields)) for key in placed.keys)
        if place.is_external and not is_key and not self._is_provided(handle, name):
            raise GraphQLError(f"{placed.name}.{name} is external here and nobody provides it")

    def _is_provided(self, handle: Handle, name: str) -> bool:
        return any(name in self._applied_names(handle.node.type, each) for each in handle.provided)

    def _applied_names(self, type_: str, selection: SelectionSetNode) -> set[str]:
        names = set()
        for each in selection.selections:
            if isinstance(each, FieldNode):
                names.add(each.name.value)
            elif isinstance(each, InlineFragmentNode) and self._applies(each, type_):
                names |= self._applied_names(type_, each.selection_set)
        return names

    def _applies(self, fragment: InlineFragmentNode, type_: str) -> bool:
        condition = fragment.type_condition
        return condition is None or type_ in self._graph.objects_of(condition.name.value)

    def _hand_over(self, value: Any, type_name: str, provided: tuple[SelectionSetNode, ...]) -> Any:
        if isinstance(value, list):
            return [self._hand_over(each, type_name, provided) for each in value]
        if not isinstance(value, Node):
            return value
        placed = self._subgraph.types[type_name]
        return Handle(value, placed.name if placed.is_interface_object else value.type, provided=provided)

    def _enter(self, told: Mapping[str, Any]) -> Handle:
        name = told.get("__typename")
        placed = self._subgraph.types.get(str(name))
        if placed is None:
            raise GraphQLError(f"unknown type {name!r} in a representation")
        self._refuse_unknown_fields(placed, told)
        keys = [key.fields for key in placed.keys if key.is_resolvable]
        for key in keys:
            node = self._data.find(self._graph.objects_of(placed.name), key, told)
            if node is not None:
                type_name = placed.name if placed.is_interface_object else node.type
                return Handle(node, type_name, told)
        raise GraphQLError(f"no {name} by any key of {keys} in {dict(told)}")

    def _refuse_unknown_fields(self, placed: PlacedType, told: Mapping[str, Any]) -> None:
        schema_type = self._schema.type_map[placed.name]
        for name, value in told.items():
            if name != "__typename" and name not in placed.fields:
                raise GraphQLError(f"unknown field {placed.name}.{name} in a representation")
            for inner in _objects_in(value):
                inner_type = inner.get("__typename")
                if inner_type is not None and inner_type not in self._subgraph.types:
                    raise GraphQLError(
                        f"unknown type {inner_type!r} within a representation of {schema_type}"
                    )


def _objects_in(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, list):
        return [inner for each in value for inner in _objects_in(each)]
    if isinstance(value, Mapping):
        return [value, *(inner for each in value.values() for inner in _objects_in(each))]
    return []


def _field_names(selection: SelectionSetNode) -> set[str]:
    return {each.name.value for each in selection.selections if isinstance(each, FieldNode)}


def _selections_of(selections: tuple[SelectionSetNode, ...], name: str) -> list[SelectionSetNode]:
    """What the field sets ask below a field."""
    found: list[SelectionSetNode] = []
    for selection in selections:
        for each in selection.selections:
            if isinstance(each, FieldNode) and each.name.value == name and each.selection_set:
                found.append(each.selection_set)
            elif isinstance(each, InlineFragmentNode):
                found += _selections_of((each.selection_set,), name)
    return found
