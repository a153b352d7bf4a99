"""Fetches of the same value from the same subgraph that can run at the same time become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from router.core.planner.draft import FetchDraft
from router.core.planner.plan import Wanted


def merge_fetches(ordered: Sequence[FetchDraft]) -> list[FetchDraft]:
    """Takes and keeps the order of dependencies."""
    kept: list[FetchDraft] = []
    places: dict[tuple[object, ...], list[FetchDraft]] = {}
    became: dict[int, int] = {}
    for draft in ordered:
        draft.depends_on = {became[dependency] for dependency in draft.depends_on}
        alike = places.setdefault(_place(draft), [])
        known = next((other for other in alike if _agree(other, draft)), None)
        if known is None:
            known = draft
            kept.append(draft)
            alike.append(draft)
        else:
            known.selection.merge(draft.selection)
            known.required |= draft.required
            known.source = known.source if known.source is draft.source else None
        became[draft.id] = known.id
    return kept


def _place(draft: FetchDraft) -> tuple[object, ...]:
    waits_for = frozenset(draft.depends_on)
    is_entity = draft.is_entity or draft.id
    sent = (tuple(draft.key), draft.contexts)
    return draft.selection.seat, draft.path, is_entity, sent, draft.deferral, waits_for


def _agree(first: FetchDraft, second: FetchDraft) -> bool:
    """Whether one representation serves both.

    A field required with other arguments is another field. What is required is fetched where the objects are
    selected, which another selection of the same objects may outlive: ``cat @skip(if: $a) { … } cat { … }``.
    """
    is_there = first.required == second.required or (
        first.source is second.source and first.source is not None
    )
    return is_there and _agree_on([*first.key, *first.required], [*second.key, *second.required])


def _agree_on(first: Iterable[Wanted], second: Iterable[Wanted]) -> bool:
    known = {(wanted.name, wanted.on_types): wanted for wanted in first}
    for wanted in second:
        other = known.get((wanted.name, wanted.on_types))
        if other is not None and (
            other.source_key != wanted.source_key or not _agree_on(other.children, wanted.children)
        ):
            return False
    return True
