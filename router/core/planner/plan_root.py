"""Plans the root fields of an operation."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.planner.budget import PlanningError
from router.core.planner.cost import FETCH, choose
from router.core.planner.draft import SelectionDraft
from router.core.planner.held import Held, Presence
from router.core.planner.plan_values import ValuePlanner
from router.core.planner.planning import Planning
from router.core.planner.reach import Spot
from router.core.planner.unfold_repeated import unfold_repeated
from router.core.selection import Deferral, Field
from router.core.supergraph import Seat


def plan_root(planning: Planning) -> None:
    """Raises PlanningError or PlanningLimitError."""
    operation = planning.operation
    fields = [
        field
        for field in planning.collector.fields(operation.root_type, operation.selections)
        if not field.name.startswith("__")
    ]
    root = _RootPlanner(planning)
    if operation.kind == "mutation":
        root.plan_in_series(fields)
    else:
        root.plan_together(fields)


class _RootPlanner:
    def __init__(self, planning: Planning) -> None:
        self._planning = planning
        self._values = ValuePlanner(planning)
        self._type = planning.operation.root_type
        possible = planning.supergraph.types[self._type].possible_types
        self._seats = [Seat(subgraph, self._type) for subgraph in possible]

    def plan_together(self, fields: Sequence[Field]) -> None:
        """Each field from the subgraph that is best for all; parts of one field may come from several."""
        for deferral in dict.fromkeys(field.deferral for field in fields):
            self._plan_group(deferral, [field for field in fields if field.deferral == deferral])

    def _plan_group(self, deferral: Deferral | None, fields: Sequence[Field]) -> None:
        taken: dict[Seat, list[Field]] = {}
        missing = list(fields)
        while missing:
            options = [self._options(field) for field in missing]
            ranks = {seat: 0 if seat in taken else FETCH for seat in self._seats}
            seat, numbers = choose(options, ranks)
            parts, missing = self._planning.splitter.share(self._type, missing, numbers, Spot(seat))
            taken.setdefault(seat, []).extend(parts)
        for seat, answered in taken.items():
            self._values.plan_root_fields(self._enter(seat, deferral), answered, deferral)

    def plan_in_series(self, fields: Sequence[Field]) -> None:
        """Mutations run one after the other, each with all that is selected on its result.

        Neighbours in one subgraph share a request, which keeps the order, as long as nothing has to be fetched
        between them.
        """
        current: Held | None = None
        for field in unfold_repeated(fields):
            seat, _ = choose([self._options(field)], self._ranks(current))
            is_last = current is not None and current.start.fetch is self._planning.fetches[-1]
            if current is None or not is_last or current.start.draft.seat != seat:
                before = {fetch.id for fetch in self._planning.fetches}
                current = self._enter(seat)
                current.start.fetch.depends_on |= before
            self._values.plan_fields(current, [field])

    def _ranks(self, current: Held | None) -> dict[Seat, int]:
        here = current.start.draft.seat if current is not None else None
        return {seat: 0 if seat == here else FETCH for seat in self._seats}

    def _enter(self, seat: Seat, deferral: Deferral | None = None) -> Held:
        fetch = self._planning.new_fetch(SelectionDraft(seat), deferral=deferral)
        return Held(self._type, (), Presence(fetch, fetch.selection))

    def _options(self, field: Field) -> dict[Seat, int]:
        """Seats that bring at least a part of the field, with the cost below it."""
        planning = self._planning
        options = {
            seat: planning.cost.of_field(self._type, field, Spot(seat))
            for seat in self._seats
            if planning.splitter.split(self._type, field, Spot(seat))[0] is not None
        }
        if not options:
            raise PlanningError(f"no subgraph brings {self._type}.{field.name}")
        return options
