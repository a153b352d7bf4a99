"""Who may see an element is asked of more than the element itself.

Interfaces cannot carry ``@authenticated``, ``@requiresScopes`` and ``@policy``: an interface demands what its
implementations demand, so that nobody sees through it what is hidden from them otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from router.core.composition.federation_spec import ACCESS_CONTROL, EXTERNAL, INTERFACE_OBJECT
from router.core.composition.model import Element, Field, Kind, Subgraph, Type

GuardKey = tuple[str, str]
"""Coordinate of the guarded element, and the directive's canonical name."""


def find_guards(
    subgraphs: Sequence[Subgraph], types: Mapping[str, Type]
) -> dict[GuardKey, list[tuple[Subgraph, Element]]]:
    """The elements whose demands count for another one as well. ``types``: merged, with their interfaces."""
    found: dict[GuardKey, list[tuple[Subgraph, Element]]] = {}
    for subgraph in subgraphs:
        for name in ACCESS_CONTROL:
            for coordinate, element in _applications(subgraph, name, types):
                found.setdefault((coordinate, name), []).append((subgraph, element))
    return found


def _applications(subgraph: Subgraph, name: str, types: Mapping[str, Type]) -> Iterator[tuple[str, Element]]:
    for type_ in subgraph.types.values():
        if type_.kind is not Kind.OBJECT:
            continue
        if type_.has(name):
            yield from ((interface, type_) for interface in _interfaces(type_.name, types))
        for field in type_.fields.values():
            if field.has(name) and not field.has(EXTERNAL):
                yield from _guarded_by_field(type_, field, types)


def _guarded_by_field(type_: Type, field: Field, types: Mapping[str, Type]) -> Iterator[tuple[str, Element]]:
    """An interface object's field is on every implementation, and so on their other interfaces as well."""
    if not type_.has(INTERFACE_OBJECT):
        guarded = _interfaces(type_.name, types)
    else:
        implementations = [
            name for name, each in types.items() if each.kind is Kind.OBJECT and type_.name in each.interfaces
        ]
        others = dict.fromkeys(other for name in implementations for other in _interfaces(name, types))
        guarded = [*implementations, *(other for other in others if other != type_.name)]
    yield from ((f"{name}.{field.name}", field) for name in guarded)


def _interfaces(name: str, types: Mapping[str, Type]) -> list[str]:
    type_ = types.get(name)
    return list(type_.interfaces) if type_ is not None and type_.kind is Kind.OBJECT else []
