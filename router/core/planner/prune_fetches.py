"""Drops fetches that bring nothing: all that was wanted of them went into one with ``@requires``."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.planner.draft import FetchDraft


def prune_fetches(ordered: Sequence[FetchDraft]) -> list[FetchDraft]:
    """Without entity fetches that nobody reads; who waited for them waits for what they waited for."""
    dropped: dict[int, set[int]] = {}
    kept: list[FetchDraft] = []
    for draft in ordered:
        draft.depends_on = {reached for each in draft.depends_on for reached in dropped.get(each, {each})}
        if draft.is_entity and draft.selection.is_empty:
            dropped[draft.id] = draft.depends_on
        else:
            kept.append(draft)
    return kept
