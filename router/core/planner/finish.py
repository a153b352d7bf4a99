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
from router.core.planner.prune_fetches import prune_fetches
from router.core.projection import ResponseShape


def finish_plan(operation: Operation, drafts: Sequence[FetchDraft]) -> QueryPlan:
    """Dependencies come first in the result; ids are places in it."""
    ordered = order_fetches(drafts)
    merged = merge_fetches(ordered)
    kept = prune_fetches(merged)
    requests = batch_fetches(kept)
    return QueryPlan(
        fetches=build_fetches(operation, requests),
        shape=ResponseShape(operation.supergraph.api_schema, operation.root_type, operation.selections),
    )
