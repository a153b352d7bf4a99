"""Entity fetches from one subgraph that can run at the same time become one request.

Within a request, entities of different types share one ``_entities``, and so do objects at different paths of which
the same is asked; what can't share gets an ``_entities`` of its own, under an alias.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from router.core.planner.draft import FetchDraft, SelectionDraft
from router.core.planner.print_selection import print_selection
from router.core.selection import Deferral


@dataclass(slots=True, eq=False)
class BlockDraft:
    """One ``_entities``: parts, and what is selected on each of their types."""

    parts: list[FetchDraft] = field(default_factory=list)
    on_types: dict[str, SelectionDraft] = field(default_factory=dict)

    def takes(self, draft: FetchDraft) -> bool:
        """Whether the draft's objects can be told and asked along with the others."""
        known = self.on_types.get(draft.selection.seat.type_name)
        if known is None:
            return True
        return print_selection(known) == print_selection(draft.selection)

    def add(self, draft: FetchDraft) -> None:
        self.parts.append(draft)
        self.on_types.setdefault(draft.selection.seat.type_name, draft.selection)


@dataclass(slots=True, eq=False)
class RequestDraft:
    """Drafts that go out together; ``depends_on`` are numbers of requests. ``root`` when it asks for root fields."""

    number: int
    subgraph: str
    depends_on: frozenset[int]
    deferral: Deferral | None = None
    root: FetchDraft | None = None
    blocks: list[BlockDraft] = field(default_factory=list)


def batch_fetches(ordered: Sequence[FetchDraft]) -> list[RequestDraft]:
    """Requests in an order in which dependencies come first."""
    requests: list[RequestDraft] = []
    entities: dict[tuple[str, frozenset[int], Deferral | None], RequestDraft] = {}
    numbers: dict[int, int] = {}
    for draft in ordered:
        depends_on = frozenset(numbers[dependency] for dependency in draft.depends_on)
        place = (draft.subgraph, depends_on, draft.deferral)
        known = entities.get(place) if draft.is_entity and not draft.contexts else None
        if known is None:
            known = RequestDraft(len(requests), *place)
            requests.append(known)
        numbers[draft.id] = known.number
        if not draft.is_entity:
            known.root = draft
            continue
        _add(known, draft)
        if not draft.contexts:
            entities[place] = known
    return requests


def _add(request: RequestDraft, draft: FetchDraft) -> None:
    for block in request.blocks:
        if block.takes(draft):
            block.add(draft)
            return
    block = BlockDraft()
    block.add(draft)
    request.blocks.append(block)
