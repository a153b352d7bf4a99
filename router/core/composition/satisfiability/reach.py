"""What can be reached from where: key moves between subgraphs, and the fields that each place resolves.

A value is known by its runtime type and the places where it can be had. What a place can move to grows to a
fixpoint, since all of that can be used together: a plan may fetch a key's fields from several subgraphs. A field's
requirements must be met from its own place, as Apollo has it, and not from where one happens to come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from router.core.composition.contexts import context_arguments
from router.core.composition.federation_spec import CONTEXT, EXTERNAL, INTERFACE_OBJECT, KEY, REQUIRES
from router.core.composition.field_sets import Coordinate, parse_field_set
from router.core.composition.merge_context import MergeContext
from router.core.composition.model import ROOT_TYPES, Directive, Field, Kind, Subgraph, Type, possible_types
from router.core.composition.satisfiability.places import (
    NOTHING,
    Place,
    Provided,
    provided_below,
    provided_by,
)
from router.core.composition.type_refs import named_type

Places = frozenset[Place]
Labels = frozenset[tuple[str, bool]]
NO_LABELS: Labels = frozenset()
Contexts = frozenset[tuple[str, str]]
"""Subgraph and context."""
ByRuntimeType = dict[str, Places]
_T = TypeVar("_T")


class Reach:
    """Answers for one set of subgraphs and values of override labels, remembered.

    A label that has no value yet stands in nobody's way.
    """

    def __init__(self, context: MergeContext, labels: Labels = NO_LABELS) -> None:
        self.labels = dict(labels)
        self.migrations = context.migrations
        self.types = context.types
        self.subgraphs = {subgraph.name: subgraph for subgraph in context.subgraphs}
        self._overridden = context.overridden
        self._closures: dict[tuple[str, Place], Places] = {}
        self._under_proof: set[tuple[str, str, Place]] = set()

    def roots(self, type_name: str) -> Places:
        """Every subgraph that has the root type: a router may start in any of them."""
        return frozenset(Place(s.name, type_name) for s in self.subgraphs.values() if type_name in s.types)

    def closure(self, runtime: str, places: Places) -> Places:
        """``places`` and all that can be moved to from there, by keys."""
        if runtime in ROOT_TYPES.values():
            return self.roots(runtime) | places
        return frozenset().union(*(self._closure_of(runtime, place) for place in places))

    def knows_type(self, runtime: str, places: Places) -> bool:
        """Whether some place knows the type itself, and not only an interface object in its stead."""
        return any(place.type == runtime for place in self.closure(runtime, places))

    def _closure_of(self, runtime: str, place: Place) -> Places:
        known = self._closures.get((runtime, place))
        if known is not None:
            return known
        alone = frozenset((place,))
        reached = self._prove(("", runtime, place), lambda: self._grow(runtime, alone)) or alone
        if not self._under_proof:
            self._closures[runtime, place] = reached
        return reached

    def _prove(self, question: tuple[str, str, Place], answer: Callable[[], _T]) -> _T | None:
        """A question met again while it is being answered has no answer: nothing is its own proof.

        What is found meanwhile may be too little, and is not remembered.
        """
        if question in self._under_proof:
            return None
        self._under_proof.add(question)
        try:
            return answer()
        finally:
            self._under_proof.discard(question)

    def _grow(self, runtime: str, reached: Places) -> Places:
        while True:
            new = {place for place in self._landings(runtime) if self._can_move(runtime, reached, place)}
            if new <= reached:
                return reached
            reached |= new

    def _landings(self, runtime: str) -> Iterator[Place]:
        """Where a key could lead: each subgraph that knows the type, or an interface object in its stead."""
        for subgraph in self.subgraphs.values():
            for name in self.stand_ins(subgraph, runtime):
                yield Place(subgraph.name, name)

    def stand_ins(self, subgraph: Subgraph, runtime: str) -> Iterator[str]:
        """Names under which a subgraph knows values of the type."""
        if runtime in subgraph.types:
            yield runtime
        for interface in self.types[runtime].interfaces:
            if interface in subgraph.types and subgraph.types[interface].has(INTERFACE_OBJECT):
                yield interface

    def keys(self, runtime: str, place: Place, reached: Places) -> Iterator[Directive]:
        """Keys by which the place's subgraph can be entered.

        They belong to what the value is called here, if it is known by its type; while it is known as an
        interface object alone, only the interface's will do.
        """
        subgraph = self.subgraphs[place.subgraph]
        called = {other.type for other in reached}
        names = {place.type} if runtime in called else called & {*self.types[runtime].interfaces}
        for name in sorted(names & subgraph.types.keys()):
            for key in subgraph.types[name].applied(KEY):
                if key.flag("resolvable", default=True):
                    yield key

    def _can_move(self, runtime: str, reached: Places, place: Place) -> bool:
        return any(
            self.can_select(runtime, reached, parse_field_set(key.text("fields") or ""))
            for key in self.keys(runtime, place, reached)
        )

    def can_select(self, runtime: str, reached: Places, selections: SelectionSetNode) -> bool:
        """Whether all of a field set can be had from ``reached`` together."""
        return all(self._can_select_one(runtime, reached, selection) for selection in selections.selections)

    def _can_select_one(self, runtime: str, reached: Places, selection: object) -> bool:
        if isinstance(selection, InlineFragmentNode):
            condition = selection.type_condition
            applies = condition is None or condition.name.value in self._names(runtime)
            return not applies or self.can_select(runtime, reached, selection.selection_set)
        if not isinstance(selection, FieldNode) or selection.name.value == "__typename":
            return True
        landed = self.follow(runtime, reached, selection.name.value)
        if landed is None:
            return False
        below = selection.selection_set
        return below is None or all(
            self.can_select(inner, self.closure(inner, places), below) for inner, places in landed.items()
        )

    def follow(
        self, runtime: str, reached: Places, field_name: str, contexts: Contexts | None = None
    ) -> ByRuntimeType | None:
        """Where the field's value can be had, by its runtime type; None when nobody resolves the field.

        ``contexts``: those set on the way here; None inside a condition, of which the way is not known.
        """
        landed: dict[str, set[Place]] = {}
        resolved = False
        for place in reached:
            field = self.subgraphs[place.subgraph].types[place.type].fields.get(field_name)
            if field is None or not self.has_contexts(place, field, contexts):
                continue
            below = provided_below(place.provided, {place.type, *self._names(runtime)}, field_name)
            if self._resolves(runtime, place, field, is_provided=below is not None):
                resolved = True
                for inner, spot in self._land(place.subgraph, field, (below or NOTHING) | provided_by(field)):
                    landed.setdefault(inner, set()).add(spot)
        return {inner: frozenset(spots) for inner, spots in landed.items()} if resolved else None

    def _resolves(self, runtime: str, place: Place, field: Field, *, is_provided: bool) -> bool:
        if is_provided:
            return True
        if field.has(EXTERNAL) or self.is_overridden(place.subgraph, (place.type, field.name)):
            return False
        if self.migrated_away(place, field) is not None:
            return False
        requires = field.first(REQUIRES)
        return requires is None or self._can_require(runtime, place, field, requires)

    def is_overridden(self, subgraph: str, coordinate: Coordinate) -> bool:
        return coordinate in self._overridden.get(subgraph, ())

    def has_contexts(self, place: Place, field: Field, contexts: Contexts | None) -> bool:
        """Whether all are set that the field's arguments come from."""
        given = context_arguments(field)
        return contexts is None or all((place.subgraph, argument.context) in contexts for argument in given)

    def migrated_away(self, place: Place, field: Field) -> tuple[str, bool] | None:
        """The label, and the value of it that has another subgraph resolve the field."""
        label, mine = self.migrations.get((place.subgraph, (place.type, field.name)), ("", True))
        value = self.labels.get(label)
        return None if value is None or value == mine else (label, value)

    def contexts_of(self, runtime: str) -> Contexts:
        """Those that a value of the type sets for what is below it."""
        names = self._names(runtime)
        return frozenset(
            (subgraph.name, context)
            for subgraph in self.subgraphs.values()
            for name in names & subgraph.types.keys()
            for applied in subgraph.types[name].applied(CONTEXT)
            if (context := applied.text("name")) is not None
        )

    def _can_require(self, runtime: str, place: Place, field: Field, requires: Directive) -> bool:
        """Whether the fields required can be had, and the subgraph be entered again with them."""
        return (
            self._prove(
                (field.name, runtime, place), lambda: self._can_require_afresh(runtime, place, requires)
            )
            is True
        )

    def _can_require_afresh(self, runtime: str, place: Place, requires: Directive) -> bool:
        reached = self.closure(runtime, frozenset((place,)))
        selections = parse_field_set(requires.text("fields") or "")
        return self.can_select(runtime, reached, selections) and self._can_move(runtime, reached, place)

    def _land(self, subgraph_name: str, field: Field, provided: Provided) -> Iterator[tuple[str, Place]]:
        subgraph = self.subgraphs[subgraph_name]
        type_ = subgraph.types.get(named_type(field.type))
        if type_ is None:
            return
        if type_.has(INTERFACE_OBJECT):
            for runtime in possible_types(self.types, type_.name):
                yield runtime, Place(subgraph_name, type_.name, provided)
            return
        for runtime in _runtime_types(subgraph, type_):
            yield runtime, Place(subgraph_name, runtime, provided)

    def _names(self, runtime: str) -> set[str]:
        """The type and every abstract type that it belongs to."""
        unions = (t.name for t in self.types.values() if runtime in t.members)
        return {runtime, *self.types[runtime].interfaces, *unions}


def _runtime_types(subgraph: Subgraph, type_: Type) -> list[str]:
    is_composite = type_.kind in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)
    return possible_types(subgraph.types, type_.name) if is_composite else []
