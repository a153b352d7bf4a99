"""Fetches of the same value from the same subgraph that can run at the same time become one."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.planner.draft import FetchDraft


def merge_fetches(ordered: Sequence[FetchDraft]) -> list[FetchDraft]:
    """Takes and keeps the order of dependencies."""
    kept: dict[tuple[object, ...], FetchDraft] = {}
    became: dict[int, int] = {}
    for draft in ordered:
        draft.depends_on = {became[dependency] for dependency in draft.depends_on}
        place = (
            draft.selection.seat,
            draft.path,
            draft.is_entity or draft.id,
            tuple(draft.key),
            frozenset(draft.depends_on),
        )
        known = kept.setdefault(place, draft)
        became[draft.id] = known.id
        if known is not draft:
            known.selection.merge(draft.selection)
            known.required |= draft.required
    return list(kept.values())
