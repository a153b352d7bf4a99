"""Prints a graph: the whole schema, and each subgraph with its federation directives."""

from __future__ import annotations

import json
import re

from tests.support.random_graphs.model import Field, Graph, PlacedField, PlacedType, Subgraph, Type

LINK = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable",
  "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag", "@interfaceObject", "@extends"])
"""

#: What no merged schema shows, so that each subgraph may call it what it likes.
_NAMES = "key|shareable|external|requires|provides|override|interfaceObject|extends"
_COMMON = ', import: ["@inaccessible", "@tag"]'
_DIRECTIVE = re.compile(rf"@({_NAMES})\b")
_IMPORT = re.compile(rf'"@({_NAMES})"')


def print_whole(graph: Graph, *, with_inaccessible: bool = True) -> str:
    """The monolith; without what is inaccessible, what clients see."""
    return "\n".join(
        _print_type(graph, type_, with_inaccessible=with_inaccessible) for type_ in graph.types.values()
    )


def _print_type(graph: Graph, type_: Type, *, with_inaccessible: bool) -> str:
    if type_.kind == "union":
        return f"union {type_.name} = {' | '.join(type_.members)}"
    if type_.kind == "input":
        return f"input {type_.name} {{ {', '.join(type_.values)} }}"
    if type_.kind == "enum":
        return f"enum {type_.name} {{ {' '.join(type_.values)} }}"
    interfaces = [
        each.name for each in graph.types.values() if each.kind == "interface" and type_.name in each.members
    ]
    interfaces += [type_.parent] if type_.parent else []
    fields = [
        _signature(field) for field in type_.fields.values() if with_inaccessible or not field.is_inaccessible
    ]
    return f"{type_.kind} {type_.name}{_implements(interfaces)} {{\n  " + "\n  ".join(fields) + "\n}"


def _signature(field: Field, *, is_strict: bool = False) -> str:
    arguments = ", ".join(f"{name}: {type_}" for name, type_ in field.arguments.items())
    bang = "!" if is_strict and not field.type_text.endswith("!") else ""
    return f"{field.name}{f'({arguments})' if arguments else ''}: {field.type_text}{bang}"


def _implements(interfaces: list[str]) -> str:
    return f" implements {' & '.join(interfaces)}" if interfaces else ""


def print_subgraph(graph: Graph, subgraph: Subgraph) -> str:
    """As its owners would hand it to composition."""
    parts = [
        _print_placed(graph, subgraph, placed, with_directives=True) for placed in subgraph.types.values()
    ]
    body = "\n".join(parts)
    bare = LINK.partition(", import")[0]
    match subgraph.link_style:
        case _ if subgraph.is_federation_1:
            return body
        case "prefixed":
            return f"{bare}{_COMMON})\n" + _DIRECTIVE.sub(r"@federation__\1", body)
        case "renamed":
            return _IMPORT.sub(r'{name: "@\1", as: "@my_\1"}', LINK) + _DIRECTIVE.sub(r"@my_\1", body)
        case "as":
            return f'{bare}, as: "fed"{_COMMON})\n' + _DIRECTIVE.sub(r"@fed__\1", body)
    return LINK + body


def print_executable(graph: Graph, subgraph: Subgraph) -> str:
    """As the subgraph's server has it: plain GraphQL with ``_entities``."""
    parts = [
        _print_placed(graph, subgraph, placed, with_directives=False) for placed in subgraph.types.values()
    ]
    if "Query" not in subgraph.types:
        parts.append("type Query { _service: Boolean }")
    entities = [
        placed.name
        for placed in subgraph.types.values()
        if placed.kind == "type" and placed.has_resolvable_key
    ]
    if entities:
        parts.append(f"scalar _Any\nunion _Entity = {' | '.join(entities)}")
        parts.append("extend type Query { _entities(representations: [_Any!]!): [_Entity]! }")
    return "\n".join(parts)


def _print_placed(graph: Graph, subgraph: Subgraph, placed: PlacedType, *, with_directives: bool) -> str:
    type_ = graph.types[placed.name]
    if placed.kind == "union":
        return f"union {placed.name} = {' | '.join(placed.members)}"
    if placed.kind == "enum":
        return f"enum {placed.name} {{ {' '.join(placed.members)} }}"
    if placed.kind == "input":
        return _print_type(graph, type_, with_inaccessible=True)
    interfaces = [
        each.name
        for each in subgraph.types.values()
        if each.kind == "interface" and placed.name in each.members
    ]
    interfaces += [type_.parent] if type_.parent else []
    fields = []
    for name, place in placed.fields.items():
        signature = _signature(type_.fields[name], is_strict=place.is_strict)
        directives = _field_directives(graph, subgraph, placed, name, place) if with_directives else []
        fields.append(" ".join([signature, *directives]))
    directives = _type_directives(placed) if with_directives else []
    head = f"{placed.kind} {placed.name}{_implements(interfaces)}"
    if placed.is_extension and not placed.says_extends and with_directives:
        head = f"extend {head}"
    return " ".join([head, *directives, "{\n  "]) + "\n  ".join(fields) + "\n}"


def _type_directives(placed: PlacedType) -> list[str]:
    keys = [
        f'@key(fields: "{key.fields}"{"" if key.is_resolvable else ", resolvable: false"})'
        for key in placed.keys
    ]
    extends = ["@extends"] if placed.is_extension and placed.says_extends else []
    return [*keys, *extends, *(["@interfaceObject"] if placed.is_interface_object else [])]


def _field_directives(
    graph: Graph, subgraph: Subgraph, placed: PlacedType, name: str, place: PlacedField
) -> list[str]:
    field = graph.types[placed.name].fields[name]
    is_key_of_another = placed.is_extension and any(name in key.fields.split() for key in placed.keys)
    directives = ["@external"] if place.is_external or is_key_of_another else []
    directives += [f"@requires(fields: {json.dumps(place.requires)})"] if place.requires else []
    directives += [f'@provides(fields: "{place.provides}")'] if place.provides else []
    directives += _override(place) if place.override else []
    if not subgraph.is_federation_1:
        directives += ["@inaccessible"] if field.is_inaccessible and not place.is_external else []
        directives += [f'@tag(name: "{tag}")' for tag in place.tags]
        if (
            placed.kind == "type"
            and _is_shared(graph, placed.name, name)
            and not (place.is_external or place.is_gone)
        ):
            directives.append("@shareable")
    return directives


def _override(place: PlacedField) -> list[str]:
    label = f', label: "{place.label}"' if place.label else ""
    return [f'@override(from: "{place.override}"{label})']


def _is_shared(graph: Graph, type_: str, field: str) -> bool:
    parts = [each.types[type_].fields.get(field) for each in graph.subgraphs if type_ in each.types]
    providers = [each for each in parts if each and each.is_external and each.is_provided]
    return type_ != "Mutation" and len(graph.owners(type_, field)) + len(providers) > 1
