"""Fetches while they are being planned: selections that grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from router.core.operation import OperationKind
from router.core.planner.plan import ContextValue, PathElement, Wanted
from router.core.selection import Conditions, Deferral, Field, FieldPlace
from router.core.supergraph import Seat


@dataclass(slots=True, eq=False)
class Selected:
    """A field with what is selected below it. ``asked_as`` is the key in the request, when another won't do."""

    field: Field
    inner: SelectionDraft
    asked_as: str | None = None


class SelectionDraft:
    """A selection set on a value of ``seat``; equal fields share one place in it."""

    __slots__ = ("fields", "on_types", "seat")

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.fields: dict[FieldPlace, Selected] = {}
        self.on_types: dict[str, SelectionDraft] = {}

    def add(self, wanted: Field, type_name: str) -> SelectionDraft:
        """Adds the field without its selections; answers where those go. ``type_name`` is the field's type."""
        known = self.fields.get(wanted.place)
        if known is None:
            inner = SelectionDraft(Seat(self.seat.subgraph, type_name))
            known = self.fields[wanted.place] = Selected(wanted, inner)
        return known.inner

    def add_typename(self) -> None:
        self.add(Field("__typename", "__typename"), "String")

    def on_type(self, name: str) -> SelectionDraft:
        """Where fields of one runtime type go."""
        known = self.on_types.get(name)
        if known is None:
            known = self.on_types[name] = SelectionDraft(Seat(self.seat.subgraph, name))
        return known

    def merge(self, other: SelectionDraft) -> None:
        """Adds all of another selection on the same value."""
        for place, selected in other.fields.items():
            known = self.fields.setdefault(place, selected)
            if known is not selected:
                known.inner.merge(selected.inner)
        for name, inner in other.on_types.items():
            self.on_type(name).merge(inner)

    @property
    def is_empty(self) -> bool:
        return not self.fields and all(inner.is_empty for inner in self.on_types.values())

    def run_if(self) -> tuple[Conditions, ...]:
        """Conditions of which one must hold for anything to be selected; empty when something always is."""
        found: dict[Conditions, None] = {}
        for draft in (self, *self.on_types.values()):
            for selected in draft.fields.values():
                if not selected.field.conditions:
                    return ()
                found[selected.field.conditions] = None
        return tuple(found)

    def variables(self) -> Iterator[str]:
        """Names of the variables mentioned anywhere in it."""
        for selected in self.fields.values():
            yield from selected.field.variables
            yield from (condition.variable for condition in selected.field.conditions)
            yield from selected.inner.variables()
        for inner in self.on_types.values():
            yield from inner.variables()


@dataclass(slots=True, eq=False)
class FetchDraft:
    """A fetch to be. ``selection`` is that of a root type, or of the entity when there is a ``key``.

    ``source`` is the selection of the objects whose representations are sent; None when they are of several.
    """

    id: int
    kind: OperationKind
    selection: SelectionDraft
    path: tuple[PathElement, ...] = ()
    is_entity: bool = False
    key: dict[Wanted, None] = field(default_factory=dict)
    required: dict[Wanted, None] = field(default_factory=dict)
    contexts: tuple[ContextValue, ...] = ()
    source: SelectionDraft | None = None
    deferral: Deferral | None = None
    depends_on: set[int] = field(default_factory=set)

    @property
    def subgraph(self) -> str:
        return self.selection.seat.subgraph
