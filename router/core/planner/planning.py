"""What all steps of planning one operation share."""

from __future__ import annotations

from router.core.operation import Operation
from router.core.planner.budget import Budget, PlanLimits
from router.core.planner.collect import Collector
from router.core.planner.cost import Cost
from router.core.planner.draft import FetchDraft, SelectionDraft
from router.core.planner.internal import InternalNames
from router.core.planner.plan import PathElement
from router.core.planner.reach import Reach
from router.core.planner.split import Splitter
from router.core.selection import Deferral
from router.core.supergraph import Supergraph


class Planning:
    """``fetches`` grow while the operation is planned; a fetch's id is its place among them."""

    def __init__(self, supergraph: Supergraph, operation: Operation, limits: PlanLimits) -> None:
        self.supergraph = supergraph
        self.operation = operation
        self.budget = Budget(limits)
        self.collector = Collector(supergraph)
        self.reach = Reach(supergraph, self.collector, self.budget)
        self.cost = Cost(supergraph, self.collector, self.reach, self.budget)
        self.splitter = Splitter(supergraph, self.reach)
        self.names = InternalNames(supergraph, operation.selections)
        self.fetches: list[FetchDraft] = []

    def new_fetch(
        self,
        selection: SelectionDraft,
        *,
        path: tuple[PathElement, ...] = (),
        deferral: Deferral | None = None,
    ) -> FetchDraft:
        """A fetch of root fields, until it is given a key."""
        kind = "query" if path else self.operation.kind
        fetch = FetchDraft(len(self.fetches), kind, selection, path, deferral=deferral)
        self.fetches.append(fetch)
        return fetch
