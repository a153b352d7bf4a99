"""From drafts to the plan, pass by pass."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.operation import Operation
from router.core.planner.batch_fetches import batch_fetches
from router.core.planner.build_fetches import build_fetches
from router.core.planner.draft import FetchDraft
from router.core.planner.merge_fetches import merge_fetches
from router.core.planner.order_fetches import order_fetches
from router.core.planner.plan import QueryPlan
from router.core.planner.print_plan import print_plan
from router.core.planner.print_stages import Watch, print_drafts
from router.core.planner.prune_fetches import prune_fetches
from router.core.projection import ResponseShape


def finish_plan(operation: Operation, drafts: Sequence[FetchDraft], watch: Watch) -> QueryPlan:
    """Dependencies come first in the result; ids are places in it."""
    watch("drafted", lambda: print_drafts(drafts))
    ordered = order_fetches(drafts)
    watch("ordered", lambda: print_drafts(ordered))
    merged = merge_fetches(ordered)
    watch("merged", lambda: print_drafts(merged))
    kept = prune_fetches(merged)
    watch("pruned", lambda: print_drafts(kept))
    plan = QueryPlan(
        fetches=build_fetches(operation, batch_fetches(kept)),
        shape=ResponseShape(
            operation.supergraph,
            operation.root_type,
            operation.selections if operation.shown is None else operation.shown,
        ),
    )
    watch("plan", lambda: print_plan(plan))
    return plan
