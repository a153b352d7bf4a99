"""The fields that a selection means for one type, equal ones merged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from router.core.selection import Field, FieldPlace, Fragment, Selection
from router.core.supergraph import Supergraph

_Selections = tuple[Selection, ...]


class Collector:
    """Answers for one supergraph, remembered while the selections live."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._supergraph = supergraph
        self._types = supergraph.types
        self._known: dict[tuple[str, int], tuple[_Selections, tuple[Field, ...]]] = {}
        self._narrow: dict[tuple[str, int], tuple[_Selections, _Selections]] = {}

    def fields(self, type_name: str, selections: _Selections) -> tuple[Field, ...]:
        """Those that apply to every value of the type. For an interface, see ``narrower`` for the others."""
        known = self._known.get((type_name, id(selections)))
        if known is None:
            merged = _merge(self._applying(type_name, selections))
            known = self._known[type_name, id(selections)] = (selections, merged)
        return known[1]

    def narrower(self, type_name: str, selections: _Selections) -> _Selections:
        """What depends on the runtime type of an interface's value: its name, and fragments on some types only."""
        known = self._narrow.get((type_name, id(selections)))
        if known is None:
            rest = tuple(self._narrower(type_name, selections))
            known = self._narrow[type_name, id(selections)] = (selections, rest)
        return known[1]

    def runtime_types(self, type_name: str, subgraph: str) -> tuple[str, ...]:
        """What a value of the type may be there; an interface object stays what it is."""
        type_ = self._types[type_name]
        return type_.possible_types.get(subgraph, ()) if type_.is_abstract else (type_name,)

    def applies(self, condition: str, type_name: str) -> bool:
        """Whether every value of the type satisfies the type condition, and has its fields by this type already."""
        if condition == type_name:
            return True
        if condition not in self._types:
            return False
        possible = self._supergraph.all_possible_types
        if not self._types[type_name].is_abstract:
            return type_name in possible(condition)
        return (
            possible(type_name) <= possible(condition)
            and self._types[condition].fields.keys() <= self._types[type_name].fields.keys()
        )

    def _applying(self, type_name: str, selections: Sequence[Selection]) -> Iterator[Field]:
        fields = self._types[type_name].fields
        for selection in self._opened(type_name, selections):
            if isinstance(selection, Fragment):
                continue
            if selection.name in fields or selection.name.startswith("__"):
                yield selection

    def _narrower(self, type_name: str, selections: Sequence[Selection]) -> Iterator[Selection]:
        for selection in self._opened(type_name, selections):
            if isinstance(selection, Fragment) or selection.name == "__typename":
                yield selection

    def _opened(self, type_name: str, selections: Sequence[Selection]) -> Iterator[Selection]:
        """Each selection once, in order, with what is in a fragment that applies in its stead. A fragment that is
        spread many times is the same object everywhere.
        """
        seen: set[int] = set()
        pending = list(reversed(selections))
        while pending:
            selection = pending.pop()
            if id(selection) in seen:
                continue
            seen.add(id(selection))
            if isinstance(selection, Fragment) and self.applies(selection.type_condition, type_name):
                pending.extend(reversed(selection.selections))
            else:
                yield selection


def without(selections: _Selections, had: Collection[FieldPlace]) -> _Selections:
    """What is selected, but for leaves at places that are ``had`` already."""
    return _Without(had).selections(selections)


class _Without:
    """A fragment that is spread many times stays the same object everywhere."""

    def __init__(self, had: Collection[FieldPlace]) -> None:
        self._had = had
        self._known: dict[int, Fragment] = {}

    def selections(self, selections: _Selections) -> _Selections:
        return tuple(
            self._fragment(selection) if isinstance(selection, Fragment) else selection
            for selection in selections
            if isinstance(selection, Fragment) or selection.place not in self._had
        )

    def _fragment(self, fragment: Fragment) -> Fragment:
        known = self._known.get(id(fragment))
        if known is None:
            kept = replace(fragment, selections=self.selections(fragment.selections))
            known = self._known[id(fragment)] = kept
        return known


def _merge(fields: Iterator[Field]) -> tuple[Field, ...]:
    merged: dict[FieldPlace, Field] = {}
    for field in fields:
        known = merged.setdefault(field.place, field)
        if known is not field and known.selections is not field.selections:
            selections = _union(known.selections, field.selections)
            merged[field.place] = replace(known, selections=selections)
    return tuple(merged.values())


def _union(first: _Selections, second: _Selections) -> _Selections:
    """One after the other; what is in both as the very same object counts once."""
    known = {id(selection) for selection in first}
    return (*first, *(selection for selection in second if id(selection) not in known))
