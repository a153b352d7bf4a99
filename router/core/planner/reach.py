"""What can be had where: which seats answer a field, and by which keys one moves between them.

A value is held at spots. What can be reached from them grows round by round, and a key may need fields from several
of the seats that were reached before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from router.core.planner.budget import Budget
from router.core.planner.collect import Collector
from router.core.selection import Field, Fragment, Selection
from router.core.supergraph import FieldJoin, Key, Seat, Supergraph

_Selections = tuple[Selection, ...]


class Spot(NamedTuple):
    """A value that a subgraph has; ``provided`` are external fields that ``@provides`` gives on this path."""

    seat: Seat
    provided: _Selections = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """A move to ``seat``. Fields of ``key`` come from seats of a lower ``rank``; root types need no key."""

    seat: Seat
    key: Key | None
    rank: int


class Reach:
    """Questions to one supergraph; answers that depend on no spot in particular are remembered."""

    def __init__(self, supergraph: Supergraph, collector: Collector, budget: Budget) -> None:
        self._types = supergraph.types
        self._roots = supergraph.root_type_names
        self._collector = collector
        self._budget = budget
        self._hops: dict[tuple[str, Spot], dict[Seat, Hop]] = {}
        self._completions: dict[tuple[int, tuple[Spot, ...]], tuple[_Selections, bool]] = {}
        self._open: set[tuple[object, ...]] = set()
        self._cycles = 0

    # One field at one seat

    def join(self, type_name: str, field_name: str, seat: Seat) -> FieldJoin | None:
        """How the seat answers the field; None when it doesn't."""
        join = self._types[type_name].join(field_name, seat)
        if join is None or join.is_external:
            return None
        return join if self._is_plain_behind(type_name, field_name, seat) else None

    def is_local(self, type_name: str, field_name: str, spot: Spot) -> bool:
        """Whether the spot gives the field as it is: nothing must be sent there first."""
        type_ = self._types[type_name]
        if field_name == "__typename":
            return not type_.is_opaque(spot.seat.subgraph)
        join = type_.join(field_name, spot.seat)
        if join is None:
            return False
        if provides(spot.provided, type_name, field_name, self._collector):
            return True
        if join.is_external or join.requires or join.context_arguments:
            return False
        return self._is_plain_behind(type_name, field_name, spot.seat)

    def _is_plain_behind(self, type_name: str, field_name: str, seat: Seat) -> bool:
        """Whether a field of an interface can be asked of the interface, whatever object stands behind it."""
        if not self._types[type_name].expands_in(seat.subgraph):
            return True
        for name in self._types[type_name].possible_types.get(seat.subgraph, ()):
            join = self._types[name].join(field_name, Seat(seat.subgraph, name))
            if join is None or join.is_external or join.requires or join.provides or join.context_arguments:
                return False
        return True

    def below(self, type_name: str, field: Field, spot: Spot) -> tuple[str, Spot]:
        """The field's type as the spot's subgraph has it, and where its value is had when the spot answers it."""
        known = self._types[type_name].fields[field.name]
        join = known.joins[spot.seat]
        provided = (*join.provides, *provided_under(spot.provided, type_name, field.name, self._collector))
        type_name = join.type_name or known.type_name
        return type_name, Spot(Seat(spot.seat.subgraph, type_name), provided)

    # Moves

    def hops(self, type_name: str, spot: Spot) -> dict[Seat, Hop]:
        """Every other seat that can be entered from the spot, nearest first, and the spot's own if it can be
        entered anew (``@requires`` needs that).
        """
        known = self._hops.get((type_name, spot))
        if known is not None:
            return known
        question = ("hops", type_name, spot)
        if question in self._open:
            self._cycles += 1
            return {}
        before = self._cycles
        self._open.add(question)
        try:
            found = self._search(type_name, spot)
        finally:
            self._open.discard(question)
        if self._cycles == before or not self._open:
            self._hops[type_name, spot] = found
        return found

    def _search(self, type_name: str, start: Spot) -> dict[Seat, Hop]:
        if type_name in self._roots:
            return {
                seat: Hop(seat, None, 1)
                for subgraph in self._types[type_name].possible_types
                if (seat := Seat(subgraph, type_name)) != start.seat
            }
        keys = self._types[type_name].keys
        known = [start]
        found: dict[Seat, Hop] = {}
        rank = 0
        while True:
            rank += 1
            new = {
                seat: Hop(seat, key, rank)
                for seat in keys
                if seat not in found and (key := self._key(type_name, seat, known)) is not None
            }
            # The start is found again like any other seat; as a source it is there from the beginning.
            found |= new
            if not new:
                return found
            known += [Spot(seat) for seat in new if seat != start.seat]

    def _key(self, type_name: str, seat: Seat, known: Sequence[Spot]) -> Key | None:
        """The first key of the seat whose fields the spots have."""
        for key in self._types[type_name].keys[seat]:
            if self._has(type_name, key.selections, known):
                return key
        return None

    def _has(self, type_name: str, selections: _Selections, known: Sequence[Spot]) -> bool:
        """Whether these spots, without another move of this very value, give all of a field set."""
        return all(
            self._can_obtain(type_name, field, known)
            for field in self._collector.fields(type_name, selections)
        )

    def _has_required(self, type_name: str, selections: _Selections, known: Sequence[Spot]) -> bool:
        """The same for ``@requires``; behind an interface object it may hang on the real type where a field is."""
        fields = self._collector.fields(type_name, selections)
        if self._types[type_name].is_abstract:
            return self._completes_opaque(type_name, fields, selections, known)
        return all(self._can_obtain(type_name, field, known) for field in fields)

    def closure(self, type_name: str, spots: Sequence[Spot]) -> list[Spot]:
        """The spots, and all that can be reached from them."""
        reached = {spot.seat: spot for spot in spots}
        for spot in spots:
            for seat in self.hops(type_name, spot):
                reached.setdefault(seat, Spot(seat))
        return list(reached.values())

    # Whole selections

    def can_complete(self, selections: _Selections, *spots: Spot) -> bool:
        """Whether everything selected on a value can be had, when these spots hold it: there or by its keys,
        each part from wherever it is.
        """
        question = (id(selections), spots)
        known = self._completions.get(question)
        if known is not None:
            return known[1]
        self._budget.spend()
        before = self._cycles
        answer = self._completes(selections, spots)
        if self._cycles == before or not self._open:
            self._completions[question] = (selections, answer)
        return answer

    def _completes(self, selections: _Selections, spots: Sequence[Spot]) -> bool:
        for name, held in self._by_runtime_type(spots).items():
            reached = self.closure(name, held)
            fields = self._collector.fields(name, selections)
            if self._types[name].is_abstract:
                if not self._completes_opaque(name, fields, selections, reached):
                    return False
            elif not all(self._can_obtain(name, field, reached) for field in fields):
                return False
        return True

    def _completes_opaque(
        self, type_name: str, fields: Sequence[Field], selections: _Selections, reached: Sequence[Spot]
    ) -> bool:
        """Behind an interface object: some subgraph must tell what it is where that matters."""
        telling = [spot for spot in reached if self._types[type_name].expands_in(spot.seat.subgraph)]
        narrower = self._collector.narrower(type_name, selections)
        if narrower and not (telling and self.can_complete(narrower, *telling)):
            return False
        return all(
            field.name == "__typename"
            or self._can_obtain(type_name, field, reached)
            or (telling and self.can_complete((field,), *telling))
            for field in fields
        )

    def _by_runtime_type(self, spots: Sequence[Spot]) -> dict[str, list[Spot]]:
        held: dict[str, list[Spot]] = {}
        for spot in spots:
            for name in self._collector.runtime_types(spot.seat.type_name, spot.seat.subgraph):
                held.setdefault(name, []).append(Spot(Seat(spot.seat.subgraph, name), spot.provided))
        return held

    def _can_obtain(self, type_name: str, field: Field, spots: Sequence[Spot]) -> bool:
        if field.name.startswith("__"):
            return True
        holders = [spot for spot in spots if self._is_obtainable(type_name, field.name, spot, spots)]
        if not holders or not field.selections:
            return bool(holders)
        return self.can_complete(
            field.selections, *(self.below(type_name, field, spot)[1] for spot in holders)
        )

    def _is_obtainable(self, type_name: str, field_name: str, spot: Spot, spots: Sequence[Spot]) -> bool:
        if self.is_local(type_name, field_name, spot):
            return True
        join = self.join(type_name, field_name, spot.seat)
        if join is None or not join.requires:
            return join is not None
        question = ("requires", type_name, field_name, spot.seat)
        if question in self._open:
            self._cycles += 1
            return False
        self._open.add(question)
        try:
            return self._has_required(type_name, join.requires, spots) and any(
                self._has(type_name, key.selections, spots)
                for key in self._types[type_name].keys.get(spot.seat, ())
            )
        finally:
            self._open.discard(question)


def fields_of(selections: Sequence[Selection]) -> Iterator[Field]:
    """All fields of a level, whatever type they are limited to."""
    for selection in selections:
        if isinstance(selection, Field):
            yield selection
        else:
            yield from fields_of(selection.selections)


def provides(provided: _Selections, type_name: str, field_name: str, collector: Collector) -> bool:
    """Whether ``@provides`` covers a field of an object of this type."""
    return any(
        selection.name == field_name
        if isinstance(selection, Field)
        else collector.applies(selection.type_condition, type_name)
        and provides(selection.selections, type_name, field_name, collector)
        for selection in provided
    )


def provided_under(
    provided: _Selections, type_name: str, field_name: str, collector: Collector
) -> Iterator[Selection]:
    """What ``@provides`` says about the values in a field."""
    for selection in provided:
        if isinstance(selection, Fragment):
            if collector.applies(selection.type_condition, type_name):
                yield from provided_under(selection.selections, type_name, field_name, collector)
        elif selection.name == field_name:
            yield from selection.selections
