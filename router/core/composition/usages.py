"""Find out whether a type is answered, asked, or both: enums merge by that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Flag, auto

from router.core.composition.model import Subgraph
from router.core.composition.type_refs import named_type


class Usage(Flag):
    """Where a type stands in the subgraphs."""

    NONE = 0
    INPUT = auto()
    OUTPUT = auto()


def find_usages(subgraphs: Sequence[Subgraph]) -> dict[str, Usage]:
    """Of every type that some field, argument or input field has."""
    usages: dict[str, Usage] = {}
    for subgraph in subgraphs:
        for name, usage in _usages(subgraph):
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
