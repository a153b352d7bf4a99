"""Fetches while they are being planned: selections that grow, and their print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from router.core.operation import OperationKind
from router.core.planner.plan import PathElement, Wanted
from router.core.selection import Conditions, Field


class SelectionDraft:
    """A selection set that fields are added to; equal fields share one place."""

    __slots__ = ("fields", "on_types")

    def __init__(self) -> None:
        self.fields: dict[tuple[str, Conditions], tuple[Field, SelectionDraft]] = {}
        self.on_types: dict[str, SelectionDraft] = {}

    def add(self, wanted: Field) -> SelectionDraft:
        """Adds the field without its selections; answers where those go."""
        return self.fields.setdefault((wanted.response_key, wanted.conditions), (wanted, SelectionDraft()))[1]

    def on_type(self, name: str) -> SelectionDraft:
        """Where fields of one runtime type go."""
        return self.on_types.setdefault(name, SelectionDraft())

    def run_if(self) -> tuple[Conditions, ...]:
        """Conditions of which one must hold for anything to be selected; empty when something always is."""
        if any(draft.fields or draft.on_types for draft in self.on_types.values()):
            return ()
        conditions = tuple(wanted.conditions for wanted, _ in self.fields.values())
        return () if not all(conditions) else conditions

    def variables(self) -> Iterator[str]:
        """Names of the variables mentioned anywhere in it."""
        for wanted, inner in self.fields.values():
            yield from wanted.variables
            yield from (condition.variable for condition in wanted.conditions)
            yield from inner.variables()
        for inner in self.on_types.values():
            yield from inner.variables()

    def print(self) -> str:
        """``{ id name }`` on one line; an empty selection asks for ``__typename``."""
        parts = [_print_field(wanted, inner) for wanted, inner in self.fields.values()]
        parts += [
            f"... on {name} {inner.print()}"
            for name, inner in self.on_types.items()
            if inner.fields or inner.on_types
        ]
        return f"{{ {' '.join(parts) or '__typename'} }}"


def _print_field(wanted: Field, inner: SelectionDraft) -> str:
    alias = "" if wanted.response_key == wanted.name else f"{wanted.response_key}: "
    selections = f" {inner.print()}" if wanted.selections else ""
    # A directive stands once at a place, so that a second @skip needs a fragment around the field.
    own = {condition.is_skip: condition for condition in wanted.conditions}
    conditions = "".join(f" {condition}" for condition in own.values())
    printed = f"{alias}{wanted.name}{wanted.arguments}{conditions}{selections}"
    for condition in wanted.conditions:
        if condition not in own.values():
            printed = f"... {condition} {{ {printed} }}"
    return printed


@dataclass(slots=True)
class FetchDraft:
    """A fetch to be. ``selection`` is that of the root type, or of the entity."""

    id: int
    subgraph: str
    kind: OperationKind
    path: tuple[PathElement, ...] = ()
    entity_type: str | None = None
    representation: dict[Wanted, None] = field(default_factory=dict)
    selection: SelectionDraft = field(default_factory=SelectionDraft)
    depends_on: set[int] = field(default_factory=set)
