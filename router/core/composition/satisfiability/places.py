"""Where a router may stand while it resolves a value: in a subgraph, at a type, with some fields provided."""

from __future__ import annotations

from typing import NamedTuple

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from router.core.composition.federation_spec import PROVIDES
from router.core.composition.field_sets import parse_field_set
from router.core.composition.model import Field


class ProvidedField(NamedTuple):
    """A field that ``@provides`` makes available although it is external. No condition: on every type."""

    condition: str | None
    name: str
    below: frozenset[ProvidedField]


Provided = frozenset[ProvidedField]
NOTHING: Provided = frozenset()


class Place(NamedTuple):
    """``type`` is the value's own type, or the ``@interfaceObject`` that stands for it in this subgraph."""

    subgraph: str
    type: str
    provided: Provided = NOTHING


def provided_by(field: Field) -> Provided:
    """What a field's ``@provides`` promises of its value."""
    return frozenset(
        provided
        for directive in field.applied(PROVIDES)
        for provided in _read(parse_field_set(directive.text("fields") or ""), None)
    )


def provided_below(provided: Provided, type_names: set[str], field: str) -> Provided | None:
    """What is provided of a field's value; None when the field itself is not provided on these types."""
    matching = [p for p in provided if p.name == field and (p.condition is None or p.condition in type_names)]
    return frozenset().union(*(p.below for p in matching)) if matching else None


def _read(selections: SelectionSetNode, condition: str | None) -> Provided:
    found: set[ProvidedField] = set()
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            below = _read(selection.selection_set, None) if selection.selection_set else NOTHING
            found.add(ProvidedField(condition, selection.name.value, below))
        elif isinstance(selection, InlineFragmentNode):
            inner = selection.type_condition
            found |= _read(selection.selection_set, inner.name.value if inner else condition)
    return frozenset(found)
