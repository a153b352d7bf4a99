"""Find out whether a type is answered, asked, or both: enums merge by that."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import Flag, auto

from graphql import print_ast

from router.core.composition.directive_locations import executable_locations
from router.core.composition.model import Subgraph
from router.core.composition.type_refs import TypeRef, named_type


class Usage(Flag):
    """Where a type stands in the subgraphs."""

    NONE = 0
    INPUT = auto()
    OUTPUT = auto()


def find_usages(subgraphs: Sequence[Subgraph], composed: Collection[str]) -> dict[str, Usage]:
    """Of every type that some field, argument or input field has. ``composed``: names of directives."""
    usages: dict[str, Usage] = {}
    for subgraph in subgraphs:
        for name, usage in (*_usages(subgraph), *_usages_in_directives(subgraph, composed)):
            usages[name] = usages.get(name, Usage.NONE) | usage
    return usages


def _usages(subgraph: Subgraph) -> Iterator[tuple[str, Usage]]:
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            yield named_type(field.type), Usage.OUTPUT
            for argument in field.arguments.values():
                yield named_type(argument.type), Usage.INPUT
        for value in type_.inputs.values():
            yield named_type(value.type), Usage.INPUT


def _usages_in_directives(subgraph: Subgraph, composed: Collection[str]) -> Iterator[tuple[str, Usage]]:
    for name, definition in subgraph.directive_definitions.items():
        if name in composed or (executable_locations(definition) and subgraph.links.find(name) is None):
            for argument in definition.arguments or ():
                yield named_type(TypeRef(print_ast(argument.type))), Usage.INPUT
