"""Sharing a field out: what one subgraph can see through below it, and what must come from another that has it too.

A value without a key can't be followed from one subgraph to another. Where several answer the field that holds it,
each is asked for its part, and the parts are merged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from router.core.planner.reach import Reach, Spot
from router.core.selection import Field, Fragment, Selection
from router.core.supergraph import Seat, Supergraph

_Parts = tuple[tuple[Selection, ...], tuple[Selection, ...]]


class Splitter:
    """Questions to one supergraph."""

    def __init__(self, supergraph: Supergraph, reach: Reach) -> None:
        self._supergraph = supergraph
        self._reach = reach
        self._known: dict[tuple[str, int, Spot], tuple[Field, tuple[Field | None, Field | None]]] = {}

    def split(self, type_name: str, field: Field, spot: Spot) -> tuple[Field | None, Field | None]:
        """What to ask ``spot`` of a field, and what is left; None for nothing."""
        if not field.selections:
            return (field, None) if self._is_answered(type_name, field, spot) else (None, field)
        question = (type_name, id(field), spot)
        known = self._known.get(question)
        if known is None:
            known = self._known[question] = (field, self._split(type_name, field, spot))
        return known[1]

    def share(
        self, type_name: str, fields: Sequence[Field], taken: Collection[int], spot: Spot
    ) -> tuple[list[Field], list[Field]]:
        """Of the fields whose numbers are ``taken`` what the spot brings; and all that is left."""
        parts: list[Field] = []
        left: list[Field] = []
        for number, field in enumerate(fields):
            here, rest = self.split(type_name, field, spot) if number in taken else (None, field)
            parts += [here] if here is not None else []
            left += [rest] if rest is not None else []
        return parts, left

    def _is_answered(self, type_name: str, field: Field, spot: Spot) -> bool:
        return self._reach.join(type_name, field.name, spot.seat) is not None or self._reach.is_local(
            type_name, field.name, spot
        )

    def _split(self, type_name: str, field: Field, spot: Spot) -> tuple[Field | None, Field | None]:
        if not self._is_answered(type_name, field, spot):
            return None, field
        below, there = self._reach.below(type_name, field, spot)
        if self._reach.can_complete(field.selections, there):
            return field, None
        here, rest = self._split_selections(below, field.selections, there, ())
        return (
            replace(field, selections=here) if here else None,
            replace(field, selections=rest) if rest else None,
        )

    def _split_selections(
        self, type_name: str, selections: Sequence[Selection], spot: Spot, conditions: tuple[str, ...]
    ) -> _Parts:
        """``conditions`` are the type conditions that the selections stand under."""
        here: list[Selection] = []
        rest: list[Selection] = []
        for selection in selections:
            if self._reach.can_complete(_under(conditions, selection), spot):
                here.append(selection)
            elif isinstance(selection, Fragment):
                inside, outside = self._split_selections(
                    type_name, selection.selections, spot, (*conditions, selection.type_condition)
                )
                here += [replace(selection, selections=inside)] if inside else []
                rest += [replace(selection, selections=outside)] if outside else []
            else:
                mine, others = self._split_below(conditions[-1] if conditions else type_name, selection, spot)
                here += [mine] if mine else []
                rest += [others] if others else []
        return tuple(here), tuple(rest)

    def _split_below(self, type_name: str, field: Field, spot: Spot) -> tuple[Field | None, Field | None]:
        subgraph = spot.seat.subgraph
        if not field.selections or subgraph not in self._supergraph.types[type_name].possible_types:
            return None, field
        return self.split(type_name, field, Spot(Seat(subgraph, type_name), spot.provided))


def _under(conditions: Sequence[str], selection: Selection) -> tuple[Selection, ...]:
    for condition in reversed(conditions):
        selection = Fragment(condition, (selection,))
    return (selection,)
