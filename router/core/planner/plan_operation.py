"""Plans an operation: follow its selections through the subgraph that one is in, leave it by a key where one must."""

from __future__ import annotations

from router.core.operation import Operation
from router.core.planner.budget import PlanLimits
from router.core.planner.finish import finish_plan
from router.core.planner.plan import QueryPlan
from router.core.planner.plan_root import plan_root
from router.core.planner.planning import Planning
from router.core.planner.print_stages import Watch, print_selections
from router.core.supergraph import Supergraph


def plan_operation(
    supergraph: Supergraph,
    operation: Operation,
    limits: PlanLimits | None = None,
    *,
    watch: Watch = lambda _stage, _text: None,
) -> QueryPlan:
    """Raises PlanningError or PlanningLimitError. The plan may be kept and used by any number of executions."""
    watch("selections", lambda: print_selections(operation.selections))
    planning = Planning(supergraph, operation, limits or PlanLimits())
    plan_root(planning)
    return finish_plan(operation, planning.fetches, watch)
