"""From an operation to a plan: which subgraph is asked what, and in which order."""

from router.core.planner.budget import PlanLimits, PlanningError, PlanningLimitError
from router.core.planner.plan import (
    ContextValue,
    EntityBlock,
    EntityPart,
    FetchNode,
    PathElement,
    QueryPlan,
    Rename,
    Renames,
    Wanted,
)
from router.core.planner.plan_operation import plan_operation
from router.core.planner.print_plan import print_plan
from router.core.planner.print_stages import STAGES, Stage

__all__ = [
    "STAGES",
    "ContextValue",
    "EntityBlock",
    "EntityPart",
    "FetchNode",
    "PathElement",
    "PlanLimits",
    "PlanningError",
    "PlanningLimitError",
    "QueryPlan",
    "Rename",
    "Renames",
    "Stage",
    "Wanted",
    "plan_operation",
    "print_plan",
]
