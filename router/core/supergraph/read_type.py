"""One type of a supergraph document: its keys, and who answers its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from graphql import ObjectTypeDefinitionNode, print_ast

from router.core.selection import Field, Selection, parse_field_set
from router.core.supergraph.join import directives_named, named_type, tags_of
from router.core.supergraph.model import (
    ContextArgument,
    FieldJoin,
    Key,
    Seat,
    Subgraph,
    SupergraphField,
    SupergraphType,
)

_WRAPPING = re.compile(r"[\[\]!\s]")

Graphs: TypeAlias = Mapping[str, Subgraph]
"""Subgraphs by their name in ``enum join__Graph``."""


def read_type(node: Any, graphs: Graphs) -> SupergraphType:
    """Without what stands in for it elsewhere; ``possible_types`` of abstract types are still empty."""
    joins = directives_named(node, "join__type") or _joins_of_value_type(node, graphs)
    members = list(dict.fromkeys(graphs[join["graph"]].name for join in joins))
    is_abstract = not isinstance(node, ObjectTypeDefinitionNode)
    name = node.name.value
    keys = _read_keys(name, joins, graphs)
    owner = _owner(node, graphs)
    fields = {
        field.name.value: _read_field(field, name, members, owner, graphs)
        for field in getattr(node, "fields", None) or ()
    }
    if owner is not None:
        _add_key_fields(fields, keys)
    return SupergraphType(
        name=name,
        is_abstract=is_abstract,
        fields=fields,
        keys=keys,
        possible_types=dict.fromkeys(members, () if is_abstract else (name,)),
        opaque_in=frozenset(graphs[join["graph"]].name for join in joins if join.get("isInterfaceObject")),
        contexts=_read_contexts(node, graphs),
    )


def _joins_of_value_type(node: Any, graphs: Graphs) -> list[dict[str, Any]]:
    """Federation 1 supergraphs (join v0.1) say nothing of types that every subgraph may have."""
    owner = _owner(node, graphs)
    return [{"graph": graph} for graph in graphs if owner is None or graphs[graph].name == owner]


def _owner(node: Any, graphs: Graphs) -> str | None:
    """``@join__owner`` of join v0.1: who answers the fields that don't say."""
    for join in directives_named(node, "join__owner"):
        return graphs[join["graph"]].name
    return None


def _read_keys(name: str, joins: Iterable[Mapping[str, Any]], graphs: Graphs) -> dict[Seat, tuple[Key, ...]]:
    keys: dict[Seat, tuple[Key, ...]] = {}
    for join in joins:
        if join.get("key") and join.get("resolvable", True):
            seat = Seat(graphs[join["graph"]].name, name)
            keys[seat] = (*keys.get(seat, ()), Key(join["key"], parse_field_set(join["key"])))
    return keys


def _add_key_fields(fields: dict[str, SupergraphField], keys: Mapping[Seat, Sequence[Key]]) -> None:
    """Join v0.1 leaves unsaid that a subgraph answers the fields of its keys."""
    for seat, of_seat in keys.items():
        for selection in (selection for key in of_seat for selection in key.selections):
            if isinstance(selection, Field) and selection.name in fields:
                known = fields[selection.name]
                fields[selection.name] = replace(known, joins={seat: FieldJoin(), **known.joins})


def _read_contexts(node: Any, graphs: Graphs) -> dict[str, frozenset[str]]:
    """``@context(name: "graph__name")``: the subgraph's name is part of it."""
    contexts: dict[str, frozenset[str]] = {}
    for arguments in directives_named(node, "context"):
        graph = str(arguments["name"]).rsplit("__", 1)[0]
        for key, subgraph in graphs.items():
            if graph in (subgraph.name, key, key.lower()):
                contexts[subgraph.name] = contexts.get(subgraph.name, frozenset()) | {arguments["name"]}
    return contexts


def _read_field(
    node: Any, type_name: str, members: Sequence[str], owner: str | None, graphs: Graphs
) -> SupergraphField:
    """Without ``@join__field`` a field is answered by every subgraph that knows its type."""
    directives = directives_named(node, "join__field")
    if directives:
        joins = {
            Seat(graphs[join["graph"]].name, type_name): _read_join(join)
            for join in directives
            if "graph" in join
        }
    else:
        answering = [owner] if owner is not None else members
        joins = {Seat(subgraph, type_name): FieldJoin() for subgraph in answering}
    return SupergraphField(
        name=node.name.value,
        type=print_ast(node.type),
        type_name=named_type(node.type),
        joins=joins,
        tags=tags_of(node),
        override_labels=frozenset(join.override_label for join in joins.values() if join.override_label),
    )


def _read_join(join: Mapping[str, Any]) -> FieldJoin:
    return FieldJoin(
        is_external=bool(join.get("external") or _is_overridden(join)),
        requires=_field_set(join.get("requires")),
        provides=_field_set(join.get("provides")),
        type=join.get("type"),
        type_name=_WRAPPING.sub("", join["type"]) if join.get("type") else None,
        override_label=join.get("overrideLabel"),
        overrides=bool(join.get("override")),
        context_arguments=tuple(
            ContextArgument(each["context"], each["name"], each["type"], _field_set(each["selection"]))
            for each in join.get("contextArguments") or ()
        ),
    )


def _is_overridden(join: Mapping[str, Any]) -> bool:
    """A field that was moved away for good, and stays known because a key or ``@requires`` names it."""
    return bool(join.get("usedOverridden")) and not join.get("overrideLabel")


def _field_set(text: str | None) -> tuple[Selection, ...]:
    return parse_field_set(text) if text else ()
