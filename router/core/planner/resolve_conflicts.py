"""Fields that may not share a response key in one request, though they share one in the client's answer.

Types of one union may have fields of one name whose types differ in this subgraph. GraphQL refuses to bring both under
one key, so that the second is asked for under a name of ours, and renamed when the answer arrives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from router.core.planner.draft import Selected, SelectionDraft
from router.core.planner.plan import Rename, Renames
from router.core.supergraph import SupergraphType

_TYPE_NAME = re.compile(r"\w+")


def resolve_conflicts(types: Mapping[str, SupergraphType], drafts: Sequence[SelectionDraft]) -> Renames:
    """Marks fields of selections that describe the same value, each for another runtime type of it."""
    return _Conflicts(types).resolve(drafts)


class _Conflicts:
    def __init__(self, types: Mapping[str, SupergraphType]) -> None:
        self._types = types
        self._count = 0

    def resolve(self, drafts: Iterable[SelectionDraft]) -> dict[str, Rename]:
        renames: dict[str, Rename] = {}
        by_key: dict[str, dict[str, list[Selected]]] = {}
        for draft, selected in _selected(drafts):
            by_shape = by_key.setdefault(selected.field.response_key, {})
            by_shape.setdefault(self._shape(draft, selected), []).append(selected)
        for key, by_shape in by_key.items():
            for number, same in enumerate(by_shape.values()):
                inner = self.resolve(selected.inner for selected in same)
                asked_as = key if number == 0 else self._name(key)
                if number:
                    for selected in same:
                        selected.asked_as = asked_as
                if number or inner:
                    renames[asked_as] = Rename(key, inner)
        return renames

    def _name(self, key: str) -> str:
        self._count += 1
        return f"_alias_{self._count}_{key}"

    def _shape(self, draft: SelectionDraft, selected: Selected) -> str:
        """Fields of equal shape can share a key: wrapping and, of leaves, the type."""
        field = selected.field
        if field.name == "__typename":
            return "String!"
        known = self._types[draft.seat.type_name].fields[field.name]
        join = known.joins.get(draft.seat)
        printed = (join.type if join is not None else None) or known.type
        return _TYPE_NAME.sub("", printed) if field.selections else printed


def _selected(drafts: Iterable[SelectionDraft]) -> Iterator[tuple[SelectionDraft, Selected]]:
    for draft in drafts:
        for selected in draft.fields.values():
            yield draft, selected
        yield from _selected(draft.on_types.values())
