"""From an operation to a plan: which subgraph is asked what, and in which order."""

from router.core.planner.plan import FetchNode, PathElement, QueryPlan, Wanted
from router.core.planner.plan_operation import PlanningError, plan_operation
from router.core.planner.print_plan import print_plan

__all__ = [
    "FetchNode",
    "PathElement",
    "PlanningError",
    "QueryPlan",
    "Wanted",
    "plan_operation",
    "print_plan",
]
