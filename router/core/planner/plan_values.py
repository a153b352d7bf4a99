"""Plans what is selected on values: in the subgraph where one is, as far as it goes; elsewhere by a key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from router.core.planner.budget import PlanningError
from router.core.planner.collect import without
from router.core.planner.cost import FETCH, choose
from router.core.planner.draft import FetchDraft, SelectionDraft
from router.core.planner.held import Entry, Held, Presence
from router.core.planner.plan import ContextValue, PathElement
from router.core.planner.plan_contexts import read_contexts, with_contexts
from router.core.planner.planning import Planning
from router.core.planner.reach import Hop, Spot
from router.core.selection import Deferral, Field, Selection, print_field_set
from router.core.supergraph import Key, Seat

_Path = tuple[PathElement, ...]
_Selections = tuple[Selection, ...]


class ValuePlanner:
    """Adds to the fetches of ``planning``. Methods that place something answer the ids of the fetches that bring it.

    ``ancestors`` are the values around the one that is being planned, outermost first; ``deferral`` is what new
    fetches are for.
    """

    def __init__(self, planning: Planning) -> None:
        self.planning = planning
        self._types = planning.supergraph.types
        self._held: dict[tuple[int, str], Held] = {}
        self._open: set[tuple[int, str, Seat]] = set()
        self.deferral: Deferral | None = None
        self.ancestors: list[Held] = []

    # Values by the kind of their type

    def plan_value(
        self, presence: Presence, type_name: str, path: _Path, selections: _Selections
    ) -> set[int]:
        """What is selected on a value of the static type ``type_name``."""
        type_ = self._types[type_name]
        if type_.expands_in(presence.fetch.subgraph):
            return self._plan_abstract(presence, type_name, path, selections)
        if type_.is_abstract:
            return self._plan_opaque(self._hold(presence, type_name, path), selections)
        fields = self.planning.collector.fields(type_name, selections)
        return self.plan_fields(self._hold(presence, type_name, path), fields)

    def _plan_abstract(
        self, presence: Presence, type_name: str, path: _Path, selections: _Selections
    ) -> set[int]:
        """Fields that can be asked of the interface are; the rest is asked of each runtime type."""
        presence.draft.add_typename()
        used = {presence.fetch.id}
        rest: list[Selection] = []
        for field in self.planning.collector.fields(type_name, selections):
            if field.name == "__typename":
                continue
            if field.deferral is None and self._is_plain(type_name, field, presence.spot):
                used |= self._add(self._hold(presence, type_name, path), presence, field)
            else:
                rest.append(field)
        rest += self.planning.collector.narrower(type_name, selections)
        return used | self._plan_runtime_types(presence, type_name, path, tuple(rest))

    def _is_plain(self, type_name: str, field: Field, spot: Spot) -> bool:
        """Whether the field can be asked of the interface and all below it can be had then."""
        if not self.planning.reach.is_local(type_name, field.name, spot):
            return False
        return self.planning.splitter.split(type_name, field, spot)[1] is None

    def _plan_runtime_types(
        self, presence: Presence, type_name: str, path: _Path, selections: _Selections
    ) -> set[int]:
        used: set[int] = set()
        names = self.planning.collector.runtime_types(type_name, presence.fetch.subgraph)
        if not names and any(isinstance(selection, Field) for selection in selections):
            raise PlanningError(f"{presence.fetch.subgraph!r} has no object that is a {type_name}")
        for name in names:
            is_opaque = self._types[name].is_abstract
            if not is_opaque and not self._asks(name, selections):
                continue
            draft = presence.draft.on_type(name)
            inner = Presence(presence.fetch, draft, presence.provided)
            real = self.planning.supergraph.all_possible_types(name) if is_opaque else frozenset()
            used |= self.plan_value(inner, name, (*path, real | {name}), selections)
        return used

    def _asks(self, type_name: str, selections: _Selections) -> bool:
        fields = self.planning.collector.fields(type_name, selections)
        return any(field.name != "__typename" for field in fields)

    def _plan_opaque(self, held: Held, selections: _Selections) -> set[int]:
        """Behind an interface object: what depends on the real type is asked of a subgraph that knows it."""
        plain: list[Field] = []
        rest: list[Field] = []
        for field in self.planning.collector.fields(held.type_name, selections):
            if field.name != "__typename":
                is_plain = self._split_here(held, field)[0] or self._options(held, field, None)
                (plain if is_plain else rest).append(field)
        used = self.plan_fields(held, plain)
        had = frozenset(field.place for field in plain if not field.selections)
        asked = (
            *rest,
            *without(self.planning.collector.narrower(held.type_name, selections), had),
        )
        if not asked:
            return used
        presence, needed = self._enter(held, self._choose_telling(held, asked))
        return used | needed | self._plan_abstract(presence, held.type_name, held.path, asked)

    def _choose_telling(self, held: Held, asked: _Selections) -> Seat:
        """A seat that knows the objects behind an interface object."""
        telling = [
            seat
            for seat in self.planning.reach.hops(held.type_name, held.start.spot)
            if self._types[held.type_name].expands_in(seat.subgraph)
        ]
        if not telling:
            raise PlanningError(
                f"no subgraph tells what a {held.type_name} of {held.start.fetch.subgraph!r} is"
            )
        cost = self.planning.cost
        return min(telling, key=lambda seat: cost.of_selections(held.type_name, asked, Spot(seat)))

    def _hold(self, presence: Presence, type_name: str, path: _Path) -> Held:
        held = self._held.get((id(presence.draft), type_name))
        if held is None:
            held = self._held[id(presence.draft), type_name] = Held(type_name, path, presence)
        return held

    # Fields

    def plan_root_fields(self, held: Held, fields: Sequence[Field], deferral: Deferral | None) -> None:
        """Places root fields in a fetch that is for them alone. Raises PlanningError."""
        self.deferral = deferral
        self._plan_fields(held, [replace(field, deferral=None) for field in fields], None)
        self.deferral = None

    def plan_fields(
        self, held: Held, fields: Sequence[Field], allowed: Collection[Seat] | None = None
    ) -> set[int]:
        """Places fields of one value; other seats are entered only if they are ``allowed``, None for any.

        Raises PlanningError. Deferred fields are placed too, and are not waited for.
        """
        now = [field for field in fields if field.deferral is None and field.name != "__typename"]
        used = self._plan_fields(held, now, allowed)
        outer = self.deferral
        for deferral in dict.fromkeys(field.deferral for field in fields if field.deferral is not None):
            self.deferral = deferral
            later = [field for field in fields if field.deferral == deferral and field.name != "__typename"]
            self._plan_fields(held, later, allowed)
        self.deferral = outer
        return used

    def _plan_fields(self, held: Held, fields: Sequence[Field], allowed: Collection[Seat] | None) -> set[int]:
        used = {held.start.fetch.id}
        missing: list[Field] = []
        for field in fields:
            here, rest = self._split_here(held, field)
            if here is not None:
                used |= self._add(held, held.start, here)
            if rest is not None:
                missing.append(rest)
        while missing:
            used_now, missing = self._take_some(held, missing, allowed)
            used |= used_now
        return used

    def _split_here(self, held: Held, field: Field) -> tuple[Field | None, Field | None]:
        """What of a field the fetch brings that has the value; nothing of what it need not wait for."""
        if not self.planning.reach.is_local(held.type_name, field.name, held.start.spot):
            return None, field
        if field.deferral is not None and self._options(held, field, None):
            return None, field
        return self.planning.splitter.split(held.type_name, field, held.start.spot)

    def _take_some(
        self, held: Held, missing: Sequence[Field], allowed: Collection[Seat] | None
    ) -> tuple[set[int], list[Field]]:
        """Enters the seat that is best for what is missing; answers what is missing still."""
        options = [self._options(held, field, allowed) for field in missing]
        for field, seats in zip(missing, options, strict=True):
            if not seats:
                start = held.start.fetch.subgraph
                raise PlanningError(f"no way from subgraph {start!r} to {held.type_name}.{field.name}")
        hops = self.planning.reach.hops(held.type_name, held.start.spot)
        ranks = {
            seat: 0 if Entry(seat, deferral=self.deferral) in held.entered else FETCH * hop.rank
            for seat, hop in hops.items()
            if any(seat in seats for seats in options)
        }
        seat, taken = choose(options, ranks)
        parts, left = self.planning.splitter.share(held.type_name, missing, taken, Spot(seat))
        used: set[int] = set()
        for part in parts:
            used |= self._add_from(held, seat, part)
        return used, left

    def _options(self, held: Held, field: Field, allowed: Collection[Seat] | None) -> dict[Seat, int]:
        """Seats other than the start's that bring at least a part of the field, with the cost below it."""
        planning = self.planning
        return {
            seat: planning.cost.of_field(held.type_name, field, Spot(seat))
            for seat in planning.reach.hops(held.type_name, held.start.spot)
            if (allowed is None or seat in allowed)
            and planning.splitter.split(held.type_name, field, Spot(seat))[0] is not None
            and (held.type_name, field.name, seat) not in self._open_fields(held)
        }

    def _open_fields(self, held: Held) -> set[tuple[str, str, Seat]]:
        return {(held.type_name, name, seat) for number, name, seat in self._open if number == id(held)}

    def _add(self, held: Held, presence: Presence, field: Field) -> set[int]:
        """Adds a field to a fetch that has the value already."""
        self.planning.budget.spend()
        below, there = self.planning.reach.below(held.type_name, field, presence.spot)
        draft = presence.draft.add(field, below)
        if not field.selections:
            return {presence.fetch.id}
        if below != self._types[held.type_name].fields[field.name].type_name:
            # Clients know a wider type than the subgraph does, and must be told which one it is.
            draft.add_typename()
        inner = Presence(presence.fetch, draft, there.provided)
        path = (*held.path, field.response_key)
        self.ancestors.append(held)
        used = self.plan_value(inner, below, path, field.selections)
        self.ancestors.pop()
        return {presence.fetch.id} | used

    def _add_from(self, held: Held, seat: Seat, field: Field) -> set[int]:
        """Adds a field that another seat answers."""
        join = self._types[held.type_name].fields[field.name].joins[seat]
        question = (id(held), field.name, seat)
        if question in self._open:
            raise PlanningError(f"{held.type_name}.{field.name} requires itself")
        self._open.add(question)
        try:
            contexts, needed = read_contexts(self, held, seat, join)
            presence, entered = self._enter(held, seat, join.requires, contexts)
        finally:
            self._open.discard(question)
        if contexts:
            field = with_contexts(field, join, contexts)
            presence.fetch.depends_on |= needed
        return self._add(held, presence, field) | entered

    # Moves

    def _enter(
        self,
        held: Held,
        seat: Seat,
        requires: _Selections = (),
        contexts: tuple[ContextValue, ...] = (),
    ) -> tuple[Presence, frozenset[int]]:
        """The fetch of the value at another seat, with what a field ``requires`` sent along."""
        entry = Entry(seat, print_field_set(requires), contexts, self.deferral)
        known = held.entered.get(entry)
        if known is None:
            hops = self.planning.reach.hops(held.type_name, held.start.spot)
            known = held.entered[entry] = self._move(held, hops[seat], hops, entry, requires)
        return known

    def _move(
        self, held: Held, hop: Hop, hops: Mapping[Seat, Hop], entry: Entry, requires: _Selections
    ) -> tuple[Presence, frozenset[int]]:
        needed = {held.start.fetch.id}
        fetch = self.planning.new_fetch(SelectionDraft(hop.seat), path=held.path, deferral=self.deferral)
        fetch.contexts = entry.contexts
        fetch.source = held.start.draft
        if hop.key is not None:
            earlier = [seat for seat, other in hops.items() if other.rank < hop.rank]
            needed |= self._represent(held, fetch, hop.key, earlier)
        if requires:
            required = self.planning.names.internal(requires)
            needed |= self._plan_required(held, required)
            fetch.required |= dict.fromkeys(self.planning.names.wanted(held.type_name, required))
        fetch.depends_on |= needed
        return Presence(fetch, fetch.selection), frozenset(needed | {fetch.id})

    def _plan_required(self, held: Held, required: _Selections) -> set[int]:
        if self._types[held.type_name].is_abstract:
            return self._plan_opaque(held, required)
        return self.plan_fields(held, self.planning.collector.fields(held.type_name, required))

    def _represent(self, held: Held, fetch: FetchDraft, key: Key, earlier: Collection[Seat]) -> set[int]:
        """Makes a fetch one of entities that are found by ``key``."""
        fields = self.planning.names.internal(key.selections)
        fetch.is_entity = True
        fetch.key |= dict.fromkeys(self.planning.names.wanted(held.type_name, fields))
        return self.plan_fields(held, self.planning.collector.fields(held.type_name, fields), earlier)
