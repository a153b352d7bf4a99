"""What a subgraph can answer by itself, and by which keys one gets from it to the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from router.core.selection import Field, Fragment, Selection
from router.core.supergraph import Key, Supergraph


@dataclass(frozen=True, slots=True)
class Hop:
    """Into ``subgraph`` with ``key``."""

    subgraph: str
    key: Key


Route: TypeAlias = tuple[Hop, ...]


class Reach:
    """Questions to one supergraph; answers that depend on types alone are remembered."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._types = supergraph.types
        self._routes: dict[tuple[str, str], dict[str, Route]] = {}

    def is_local(
        self, type_name: str, field_name: str, subgraph: str, provided: Sequence[Selection] = ()
    ) -> bool:
        """Whether the subgraph answers the field of an object that it has, and needs nothing for it."""
        if field_name == "__typename":
            return True
        join = self._types[type_name].join(field_name, subgraph)
        if join is None or join.requires:
            return False
        return not join.is_external or provides(provided, type_name, field_name)

    def has_field_set(
        self,
        type_name: str,
        field_set: Sequence[Selection],
        subgraph: str,
        provided: Sequence[Selection] = (),
    ) -> bool:
        """Whether all of a key or of ``@requires`` can be had from the subgraph alone."""
        for selection in field_set:
            if isinstance(selection, Fragment):
                inner_type, inner_provided = selection.type_condition, provided
            else:
                if not self.is_local(type_name, selection.name, subgraph, provided):
                    return False
                if not selection.selections:
                    continue
                inner_type = self._types[type_name].fields[selection.name].type_name
                inner_provided = tuple(provided_under(provided, selection.name))
            if not self.has_field_set(inner_type, selection.selections, subgraph, inner_provided):
                return False
        return True

    def routes(self, type_name: str, start: str, provided: Sequence[Selection] = ()) -> dict[str, Route]:
        """The shortest way into every other subgraph that an entity of ``start`` can be followed to."""
        if provided:
            return self._search(type_name, start, provided)
        known = self._routes.get((type_name, start))
        if known is None:
            known = self._routes[type_name, start] = self._search(type_name, start, ())
        return known

    def _search(self, type_name: str, start: str, provided: Sequence[Selection]) -> dict[str, Route]:
        keys = self._types[type_name].keys
        found: dict[str, Route] = {start: ()}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            here_provided = provided if here == start else ()
            for target in keys:
                if target in found:
                    continue
                key = self.key_into(type_name, here, target, here_provided)
                if key:
                    found[target] = (*found[here], Hop(target, key))
                    queue.append(target)
        del found[start]
        return found

    def key_into(
        self, type_name: str, here: str, target: str, provided: Sequence[Selection] = ()
    ) -> Key | None:
        """The first key of ``target`` (which may be ``here``) whose fields ``here`` has."""
        for key in self._types[type_name].keys.get(target, ()):
            if self.has_field_set(type_name, key.selections, here, provided):
                return key
        return None

    def can_complete(self, type_name: str, selections: Sequence[Selection], *subgraphs: str) -> bool:
        """Whether everything selected on an object can be had, when these subgraphs hold it: there or by its keys,
        each part from wherever it is.
        """
        for wanted in fields_of(selections):
            if wanted.name.startswith("__"):
                continue
            for owner, holders in self._owners(type_name, wanted, subgraphs).items():
                answering = dict.fromkeys(
                    name for holder in holders for name in self._answering(owner, wanted.name, holder)
                )
                field_type = self._types[owner].fields[wanted.name].type_name
                if not answering or not self.can_complete(field_type, wanted.selections, *answering):
                    return False
        return True

    def _owners(self, type_name: str, wanted: Field, subgraphs: Sequence[str]) -> dict[str, list[str]]:
        """Object types at this place that have the field, with the subgraphs that hold them."""
        owners: dict[str, list[str]] = {}
        for subgraph in subgraphs:
            for name in self._types[type_name].possible_types.get(subgraph, ()):
                if wanted.name in self._types[name].fields:
                    owners.setdefault(name, []).append(subgraph)
        return owners

    def _answering(self, type_name: str, field_name: str, subgraph: str) -> Iterator[str]:
        if self.is_local(type_name, field_name, subgraph):
            yield subgraph
        for target in self.routes(type_name, subgraph):
            join = self._types[type_name].join(field_name, target)
            if join and not join.is_external:
                yield target

    def score(self, type_name: str, wanted: Field, subgraph: str) -> int:
        """How many leaves of a field the subgraph answers without help; 0 when not even the field."""
        known = self._types[type_name].fields.get(wanted.name)
        if known is None or not self.is_local(type_name, wanted.name, subgraph):
            return 0
        if not wanted.selections:
            return 1
        inner = sum(self.score(known.type_name, field, subgraph) for field in fields_of(wanted.selections))
        return 1 + inner


def fields_of(selections: Sequence[Selection]) -> Iterator[Field]:
    """All fields of a level, whatever type they are limited to."""
    for selection in selections:
        if isinstance(selection, Field):
            yield selection
        else:
            yield from fields_of(selection.selections)


def provides(provided: Sequence[Selection], type_name: str, field_name: str) -> bool:
    """Whether ``@provides`` covers a field of an object of this type."""
    return any(
        selection.name == field_name
        if isinstance(selection, Field)
        else selection.type_condition == type_name and provides(selection.selections, type_name, field_name)
        for selection in provided
    )


def provided_under(provided: Sequence[Selection], field_name: str) -> Iterator[Selection]:
    """What ``@provides`` says about the objects in a field."""
    for selection in fields_of(provided):
        if selection.name == field_name:
            yield from selection.selections
