"""Requests as they go out: which objects each of them tells the subgraph about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from router.core.execution.gathered import Gathered
from router.core.execution.objects import Json, Place, gather, gather_places, read_context, renamed_path
from router.core.planner import EntityBlock, FetchNode
from router.core.selection import Conditions


@dataclass(slots=True, eq=False)
class Sent:
    """One request. ``gathered`` by the response key of its ``_entities``."""

    fetch: FetchNode
    variables: dict[str, Any]
    gathered: dict[str, Gathered] = field(default_factory=dict)


class Sender:
    """Prepares requests from the data that is there."""

    def __init__(self, data: Json, variables: Mapping[str, Any]) -> None:
        self._data = data
        self._variables = variables

    def requests(self, fetch: FetchNode) -> Iterator[Sent]:
        """One, or one for each outcome of the fetch's contexts; none when there is nothing to ask."""
        if not self._runs(fetch.run_if):
            return
        variables = {name: self._variables[name] for name in fetch.variables if name in self._variables}
        if not fetch.entities:
            yield Sent(fetch, variables)
        elif not fetch.contexts:
            gathered = {block.response_key: self._gather(block) for block in fetch.entities}
            if any(each.representations for each in gathered.values()):
                for block in fetch.entities:
                    variables[block.variable] = gathered[block.response_key].representations
                yield Sent(fetch, variables, gathered)
        else:
            yield from self._by_context(fetch, variables)

    def places(self, sent: Sent, path: Sequence[Any]) -> list[Place]:
        """Where in the client's answer an error at ``path`` of a subgraph's answer belongs."""
        fetch = sent.fetch
        if not fetch.entities:
            inner = renamed_path(path, fetch.renames)
            return [(*place, *inner) for place in gather_places(self._data, fetch.path)]
        for block in fetch.entities:
            if path[0] == block.response_key:
                return self._entity_places(block, sent.gathered[block.response_key], path[1:])
        return []

    def _entity_places(self, block: EntityBlock, gathered: Gathered, path: Sequence[Any]) -> list[Place]:
        """All places of the entity; of an error that names none, the first place of all."""
        parts = [part for part in block.parts if self._runs(part.run_if)]
        places = [place for part in parts for place in gather_places(self._data, part.path)]
        targets = gathered.targets
        if not path or not isinstance(path[0], int) or not 0 <= path[0] < len(targets):
            return [places[indexes[0]] for indexes in targets[:1]]
        inner = renamed_path(path[1:], block.renames)
        return [(*places[index], *inner) for index in targets[path[0]]]

    def _gather(self, block: EntityBlock) -> Gathered:
        """Each entity once, however often it occurs; incomplete ones are left out."""
        gathered = Gathered()
        for part in block.parts:
            if self._runs(part.run_if):
                gathered.add(part, gather(self._data, part.path))
        return gathered

    def _by_context(self, fetch: FetchNode, variables: Mapping[str, Any]) -> Iterator[Sent]:
        [block] = fetch.entities
        [part] = block.parts
        if not self._runs(part.run_if):
            return
        objects = gather(self._data, part.path)
        outcomes: dict[tuple[Any, ...], tuple[Json, set[int]]] = {}
        for number, values in enumerate(read_context(self._data, part.path, fetch.contexts)):
            if values is not None:
                outcome = outcomes.setdefault(tuple(map(repr, values.items())), (values, set()))
                outcome[1].add(number)
        for values, numbers in outcomes.values():
            gathered = Gathered()
            gathered.add(part, objects, only=numbers)
            if gathered.representations:
                sent = {**variables, **values, block.variable: gathered.representations}
                yield Sent(fetch, sent, {block.response_key: gathered})

    def _runs(self, conditions: Sequence[Conditions]) -> bool:
        return not conditions or any(
            all(condition.holds(self._variables) for condition in group) for group in conditions
        )
