"""Fetches after all that they depend on."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.planner.budget import PlanningError
from router.core.planner.draft import FetchDraft


def order_fetches(drafts: Sequence[FetchDraft]) -> list[FetchDraft]:
    """The order in which they were planned, where data allows it. What other dependencies imply is dropped."""
    ordered: list[FetchDraft] = []
    implied: dict[int, set[int]] = {}

    def place(draft: FetchDraft, waiting: tuple[int, ...]) -> None:
        if draft.id in implied:
            return
        if draft.id in waiting:
            raise PlanningError("fetches wait for each other")
        for dependency in sorted(draft.depends_on):
            place(drafts[dependency], (*waiting, draft.id))
        draft.depends_on -= set().union(*(implied[each] for each in draft.depends_on))
        implied[draft.id] = set().union(draft.depends_on, *(implied[each] for each in draft.depends_on))
        ordered.append(draft)

    for draft in drafts:
        place(draft, ())
    return ordered
