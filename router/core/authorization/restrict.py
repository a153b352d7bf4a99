"""Takes guarded fields out of an operation before it is planned."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from router.core.operation import Operation
from router.core.selection import Field, Fragment, Selection
from router.core.supergraph import Demand, Supergraph

_DENIALS_TOLD_MAX = 100


@dataclass(frozen=True, slots=True)
class Denial:
    """A field that was taken out. ``path`` are response keys, down to the first list on the way at most."""

    path: tuple[str, ...]
    coordinate: str


@dataclass(frozen=True, slots=True)
class Restricted:
    """``operation`` asks only for what the client may have, and answers null for the rest."""

    operation: Operation
    denials: tuple[Denial, ...]


def demands_of(operation: Operation) -> frozenset[Demand]:
    """Everything that the selected fields ask for."""
    supergraph = operation.supergraph
    if not supergraph.demands:
        return frozenset()
    found: set[Demand] = set()
    seen: set[tuple[str, int]] = set()
    pending: list[tuple[str, Selection]] = [(operation.root_type, each) for each in operation.selections]
    while pending:
        type_name, selection = pending.pop()
        if (type_name, id(selection)) in seen:
            continue
        seen.add((type_name, id(selection)))
        found.update(_demands(supergraph, type_name, selection))
        below = _below(supergraph, type_name, selection)
        pending += [(below, each) for each in selection.selections]
    return frozenset(found)


def restrict(operation: Operation, denied: Collection[Demand]) -> Restricted:
    """``denied`` are the demands that the client doesn't meet."""
    filter_ = _Filter(operation.supergraph, denied)
    planned, shown = filter_.selections(operation.root_type, operation.selections)
    denials = tuple(filter_.denials(operation.root_type, shown))
    return Restricted(replace(operation, selections=planned, shown=shown), denials)


def _demands(supergraph: Supergraph, type_name: str, selection: Selection) -> Iterator[Demand]:
    """What one selection asks for, without what is below it."""
    demands = supergraph.demands
    if isinstance(selection, Fragment):
        wanted = [(selection.type_condition, "")]
    elif selection.name.startswith("__"):
        wanted = []
    else:
        wanted = [(type_name, ""), (type_name, selection.name)]
        if supergraph.types[type_name].is_abstract:
            for name in supergraph.all_possible_types(type_name):
                wanted += [(name, ""), (name, selection.name)]
        wanted.append((_below(supergraph, type_name, selection), ""))
    for key in wanted:
        demand = demands.get(key)
        if demand is not None:
            yield demand


def _below(supergraph: Supergraph, type_name: str, selection: Selection) -> str:
    if isinstance(selection, Fragment):
        return selection.type_condition
    known = supergraph.types[type_name].fields.get(selection.name) if type_name in supergraph.types else None
    return known.type_name if known else ""


class _Filter:
    """Selections that occur in many places are filtered once."""

    def __init__(self, supergraph: Supergraph, denied: Collection[Demand]) -> None:
        self._supergraph = supergraph
        self._denied = denied
        self._known: dict[tuple[str, int], tuple[Selection | None, Selection]] = {}

    def selections(
        self, type_name: str, selections: Sequence[Selection]
    ) -> tuple[tuple[Selection, ...], tuple[Selection, ...]]:
        """What to ask subgraphs, and what to show."""
        pairs = [self._filter(type_name, selection) for selection in selections]
        planned = tuple(each for each, _ in pairs if each is not None)
        return planned, tuple(shown for _, shown in pairs)

    def _filter(self, type_name: str, selection: Selection) -> tuple[Selection | None, Selection]:
        key = (type_name, id(selection))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._filter_afresh(type_name, selection)
        return known

    def _filter_afresh(self, type_name: str, selection: Selection) -> tuple[Selection | None, Selection]:
        if any(demand in self._denied for demand in _demands(self._supergraph, type_name, selection)):
            return None, self._deny(selection)
        if not selection.selections:
            return selection, selection
        below = _below(self._supergraph, type_name, selection)
        planned, shown = self.selections(below, selection.selections)
        if not planned and isinstance(selection, Field):
            # Whether there is an object at all may be told; what kind it is costs nothing.
            planned = (Field("__typename", "__typename"),)
        return (
            replace(selection, selections=planned) if planned else None,
            replace(selection, selections=shown),
        )

    def _deny(self, selection: Selection) -> Selection:
        if isinstance(selection, Fragment):
            return replace(selection, selections=tuple(map(self._deny, selection.selections)))
        return selection if selection.name == "__typename" else replace(selection, is_denied=True)

    def denials(self, type_name: str, shown: Sequence[Selection]) -> Iterator[Denial]:
        """Of what is shown: each denied field once, wherever else its fragment is spread."""
        seen: set[tuple[str, int]] = set()
        pending: list[tuple[str, Selection, tuple[str, ...], bool]] = [
            (type_name, selection, (), False) for selection in reversed(shown)
        ]
        told = 0
        while pending and told < _DENIALS_TOLD_MAX:
            name, selection, path, is_in_list = pending.pop()
            if (name, id(selection)) in seen:
                continue
            seen.add((name, id(selection)))
            if isinstance(selection, Field):
                path = path if is_in_list else (*path, selection.response_key)
                if selection.is_denied:
                    told += 1
                    yield Denial(path, f"{name}.{selection.name}")
                    continue
                known = self._supergraph.types[name].fields.get(selection.name)
                is_in_list = is_in_list or (known is not None and "[" in known.type)
            below = _below(self._supergraph, name, selection)
            pending += [(below, each, path, is_in_list) for each in reversed(selection.selections)]
