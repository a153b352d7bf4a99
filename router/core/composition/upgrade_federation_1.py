"""Read a Federation 1 subgraph as what it would say in Federation 2.

Federation 1 has no ``@shareable``: a type that several subgraphs define is a value type, the same everywhere.
Its extensions are parts like any other.
It let ``@external`` stand where it means nothing, which Federation 2 refuses.
"""

from __future__ import annotations

from dataclasses import replace

from router.core.composition.federation_spec import EXTENDS, EXTERNAL, KEY, PROVIDES, SHAREABLE
from router.core.composition.field_sets import used_fields
from router.core.composition.model import Directive, Element, Field, Kind, Subgraph, Type
from router.core.composition.type_refs import named_type


def upgrade_federation_1(subgraph: Subgraph) -> None:
    """Changes ``subgraph`` in place. For one that links to no federation."""
    for type_ in subgraph.types.values():
        is_extension = type_.has(EXTENDS)
        type_.directives = [replace(directive, of_extension=is_extension) for directive in type_.directives]
        for field in type_.fields.values():
            if field.has(PROVIDES) and not _is_composite(subgraph, field):
                _forget(field, PROVIDES)
        if type_.kind is Kind.INTERFACE:
            _forget_on_interface(type_)
    _drop_unused_externals(subgraph)
    for type_ in subgraph.types.values():
        if type_.kind is Kind.OBJECT and type_.name != "Subscription":
            _share(type_)


def _is_composite(subgraph: Subgraph, field: Field) -> bool:
    type_ = subgraph.types.get(named_type(field.type))
    return type_ is not None and type_.kind in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)


def _forget_on_interface(type_: Type) -> None:
    """Interfaces of Federation 1 are no entities, and resolve nothing themselves."""
    _forget(type_, KEY)
    for field in type_.fields.values():
        _forget(field, EXTERNAL)


def _drop_unused_externals(subgraph: Subgraph) -> None:
    used = used_fields(subgraph)
    for type_ in subgraph.types.values():
        type_.fields = {
            name: field
            for name, field in type_.fields.items()
            if not field.has(EXTERNAL) or (type_.name, name) in used
        }


def _share(type_: Type) -> None:
    for field in type_.fields.values():
        if not field.has(EXTERNAL):
            field.directives.append(Directive(SHAREABLE))


def _forget(element: Element, name: str) -> None:
    element.directives = [directive for directive in element.directives if directive.name != name]
