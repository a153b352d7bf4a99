"""Names for what we fetch and the client didn't ask for, and how representations are read from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from router.core.planner.plan import Wanted
from router.core.selection import Field, Fragment, Selection, walk
from router.core.supergraph import Supergraph


class InternalNames:
    """Keeps keys and requirements apart from what clients gave a meaning of their own by aliases or arguments."""

    def __init__(self, supergraph: Supergraph, selections: Sequence[Selection]) -> None:
        self._supergraph = supergraph
        self._meant: set[str] = set()
        self._used: set[str] = set()
        for selection in walk(selections):
            if isinstance(selection, Field):
                self._used.add(selection.response_key)
                if selection.response_key != selection.name or selection.arguments:
                    self._meant.add(selection.response_key)
        self._names: dict[tuple[str, str], str] = {}
        self._fields: dict[int, tuple[tuple[Selection, ...], tuple[Selection, ...]]] = {}

    def internal(self, selections: tuple[Selection, ...]) -> tuple[Selection, ...]:
        """The field set under names that collide with none of the client's; the same object for the same set."""
        known = self._fields.get(id(selections))
        if known is None:
            renamed = tuple(self._rename(selection) for selection in selections)
            known = self._fields[id(selections)] = (selections, renamed)
        return known[1]

    def _rename(self, selection: Selection) -> Selection:
        inner = tuple(self._rename(child) for child in selection.selections)
        if isinstance(selection, Fragment):
            return replace(selection, selections=inner)
        key = self._key(selection.name, selection.arguments)
        return replace(selection, response_key=key, selections=inner)

    def _key(self, name: str, arguments: str) -> str:
        """A field with arguments never goes by its own name: without, or with others, it means something else."""
        if not arguments and name not in self._meant:
            return name
        known = self._names.get((name, arguments))
        if known is None:
            number = 0
            known = f"_internal_{name}"
            while known in self._used:
                number += 1
                known = f"_internal_{number}_{name}"
            self._used.add(known)
            self._names[name, arguments] = known
        return known

    def wanted(self, type_name: str, selections: Iterable[Selection]) -> Iterator[Wanted]:
        """How to read a representation out of data that was fetched for an ``internal`` field set."""
        yield from self._wanted(type_name, selections, None)

    def _wanted(
        self, type_name: str, selections: Iterable[Selection], on_types: frozenset[str] | None
    ) -> Iterator[Wanted]:
        type_ = self._supergraph.types[type_name]
        for selection in selections:
            if isinstance(selection, Fragment):
                names = self._supergraph.all_possible_types(selection.type_condition)
                if type_.is_abstract:
                    narrowed = names if on_types is None else names & on_types
                    yield from self._wanted(selection.type_condition, selection.selections, narrowed)
                elif type_name in names:
                    yield from self._wanted(type_name, selection.selections, on_types)
                continue
            children: tuple[Wanted, ...] = ()
            if selection.selections:
                below = type_.fields[selection.name].type_name
                children = tuple(self._wanted(below, selection.selections, None))
            yield Wanted(selection.name, selection.response_key, children, on_types)
