"""What each stage of planning made of an operation, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Literal, TypeAlias

from router.core.planner.draft import FetchDraft
from router.core.planner.plan import Wanted
from router.core.planner.print_path import print_path
from router.core.planner.print_selection import print_selection
from router.core.selection import Field, Selection

Stage: TypeAlias = Literal["selections", "drafted", "ordered", "merged", "pruned", "plan"]

STAGES: Final[tuple[Stage, ...]] = ("selections", "drafted", "ordered", "merged", "pruned", "plan")
"""In their order: fragments inlined; fetches as they were drafted, after what they depend on, united where they can
be, without those that bring nothing; the plan, with entities in batches.
"""

Watch: TypeAlias = Callable[[Stage, Callable[[], str]], None]
"""Told of each stage; it may ask for its text, at once."""


def print_selections(selections: Sequence[Selection]) -> str:
    """One selection a line."""
    return "\n".join(_selections(selections))


def _selections(selections: Iterable[Selection]) -> Iterator[str]:
    for selection in selections:
        head = _field(selection) if isinstance(selection, Field) else f"... on {selection.type_condition}"
        if not selection.selections:
            yield head
            continue
        yield f"{head} {{"
        yield from (f"  {line}" for line in _selections(selection.selections))
        yield "}"


def _field(field: Field) -> str:
    alias = "" if field.response_key == field.name else f"{field.response_key}: "
    conditions = "".join(f" {condition}" for condition in field.conditions)
    deferral = f" @defer #{field.deferral.number}" if field.deferral is not None else ""
    return f"{alias}{field.name}{field.arguments}{field.directives}{conditions}{deferral}"


def print_drafts(drafts: Iterable[FetchDraft]) -> str:
    """One fetch a line: its number, subgraph, place, what it waits for, what it sends and what it asks."""
    return "\n".join(_draft(draft) for draft in drafts)


def _draft(draft: FetchDraft) -> str:
    place = f" at {print_path(draft.path)}" if draft.path else ""
    waits = f" after {', '.join(f'#{each}' for each in sorted(draft.depends_on))}" if draft.depends_on else ""
    seat = draft.selection.seat
    sends = ""
    if draft.is_entity:
        sends = f" sends {seat.type_name} {{ {' '.join(_wanted([*draft.key, *draft.required]))} }}"
    return f"#{draft.id} {seat.subgraph}{place}{waits}{sends} asks {print_selection(draft.selection)}"


def _wanted(wanted: Iterable[Wanted]) -> Iterator[str]:
    for item in wanted:
        source = item.name if item.source_key == item.name else f"{item.name}: {item.source_key}"
        yield f"{source} {{ {' '.join(_wanted(item.children))} }}" if item.children else source
