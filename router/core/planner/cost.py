"""How many fetches more a choice is expected to cause. An estimate: what it is wrong about costs time, not answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from router.core.planner.budget import Budget
from router.core.planner.collect import Collector
from router.core.planner.reach import Hop, Reach, Spot
from router.core.selection import Field, Selection
from router.core.supergraph import Seat, Supergraph

FETCH = 100
"""What a fetch costs, in the unit of all costs. Each type of entities in one costs 1."""

_UNKNOWN = 50 * FETCH
"""For what is brought in parts by several subgraphs, or not at all."""


class Cost:
    """Remembered per selection and spot."""

    def __init__(self, supergraph: Supergraph, collector: Collector, reach: Reach, budget: Budget) -> None:
        self._types = supergraph.types
        self._collector = collector
        self._reach = reach
        self._budget = budget
        self._known: dict[tuple[str, int, Spot], tuple[tuple[Selection, ...], int]] = {}

    def of_selections(self, type_name: str, selections: tuple[Selection, ...], spot: Spot) -> int:
        """What is caused beyond the fetch that the spot belongs to."""
        question = (type_name, id(selections), spot)
        known = self._known.get(question)
        if known is None:
            self._budget.spend()
            known = self._known[question] = (selections, self._estimate(type_name, selections, spot))
        return known[1]

    def of_field(self, type_name: str, field: Field, spot: Spot) -> int:
        """What the selections below the field cost, when the spot answers it."""
        if not field.selections:
            return 0
        below, there = self._reach.below(type_name, field, spot)
        return self.of_selections(below, field.selections, there)

    def _estimate(self, type_name: str, selections: tuple[Selection, ...], spot: Spot) -> int:
        cost = 0
        ranks: dict[str, int] = {}
        for name in self._collector.runtime_types(type_name, spot.seat.subgraph):
            here = Spot(Seat(spot.seat.subgraph, name), spot.provided)
            hops: Mapping[Seat, Hop] | None = None
            for field in self._collector.fields(name, selections):
                if field.name == "__typename":
                    continue
                if self._reach.is_local(name, field.name, here):
                    cost += self.of_field(name, field, here)
                    continue
                if hops is None:
                    hops = self._reach.hops(name, here)
                cost += self._elsewhere(name, field, hops, ranks)
            if self._types[name].is_abstract and self._collector.narrower(name, selections):
                cost += FETCH
        return cost + FETCH * sum(ranks.values())

    def _elsewhere(
        self, type_name: str, field: Field, hops: Mapping[Seat, Hop], ranks: dict[str, int]
    ) -> int:
        """Cost below the nearest seat that answers; the way there is put down in ``ranks``, once a subgraph."""
        best: tuple[int, int, Seat] | None = None
        for seat, hop in hops.items():
            join = self._reach.join(type_name, field.name, seat)
            if join is None:
                continue
            below = self.of_field(type_name, field, Spot(seat))
            total = below + FETCH * ((0 if seat.subgraph in ranks else hop.rank) + bool(join.requires))
            if best is None or total < best[0]:
                best = (total, below, seat)
        if best is None:
            return _UNKNOWN
        seat = best[2]
        ranks[seat.subgraph] = max(ranks.get(seat.subgraph, 0), hops[seat].rank)
        return best[1] + 1


def choose(options: Sequence[Mapping[Seat, int]], ranks: Mapping[Seat, int]) -> tuple[Seat, list[int]]:
    """Which seat to enter next, and the numbers of the fields to take from it.

    ``options``: for each field its seats with the cost below them, none of them empty. ``ranks``: what it
    costs to enter a seat. Of equals the first in ``ranks`` wins.
    """
    best_alone = [min(ranks[seat] + below for seat, below in seats.items()) for seats in options]

    def total(seat: Seat) -> int:
        return ranks[seat] + sum(
            seats.get(seat, best) for seats, best in zip(options, best_alone, strict=True)
        )

    candidates = [seat for seat in ranks if any(seat in seats for seats in options)]
    chosen = min(candidates, key=total)
    answered = [number for number, seats in enumerate(options) if chosen in seats]
    # A field that another seat completes for less stays for the next round.
    taken = [number for number in answered if options[number][chosen] <= best_alone[number]]
    return chosen, taken or answered
