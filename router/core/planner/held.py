"""Values while their selections are planned: which fetches hold them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from router.core.planner.draft import FetchDraft, SelectionDraft
from router.core.planner.plan import ContextValue, PathElement
from router.core.planner.reach import Spot
from router.core.selection import Deferral, Selection
from router.core.supergraph import Seat


class Entry(NamedTuple):
    """A way by which a value is fetched again."""

    seat: Seat
    requires: str = ""
    contexts: tuple[ContextValue, ...] = ()
    deferral: Deferral | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """A value in the answer of ``fetch``; what is asked of it there goes into ``draft``."""

    fetch: FetchDraft
    draft: SelectionDraft
    provided: tuple[Selection, ...] = ()

    @property
    def spot(self) -> Spot:
        return Spot(self.draft.seat, self.provided)


@dataclass(slots=True, eq=False)
class Held:
    """A value of ``type_name`` at ``path``, first had at ``start``.

    ``entered`` has the other seats by which it is fetched, with what ``@requires`` and ``@defer`` they are for; and
    with each the fetches that it waits for.
    """

    type_name: str
    path: tuple[PathElement, ...]
    start: Presence
    entered: dict[Entry, tuple[Presence, frozenset[int]]] = field(default_factory=dict)
