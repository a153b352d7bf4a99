"""Entities of one request: each told once, its answer given to all objects that stand for it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from router.core.execution.objects import Json, identity, merge, rename, represent
from router.core.planner import EntityBlock, EntityPart, Wanted


class Gathered:
    """``targets`` says for each of ``representations`` which of the gathered objects it stands for."""

    __slots__ = ("_objects", "_places", "_unplaced", "representations", "targets")

    def __init__(self) -> None:
        self.representations: list[Json] = []
        self.targets: list[list[int]] = []
        self._objects: list[Json] = []
        self._places: dict[Any, int] = {}
        self._unplaced: tuple[str, list[Any]] | None = None

    def add(self, part: EntityPart, objects: Sequence[Json], only: Container[int] | None = None) -> None:
        """Objects that can't be told, because something of them is missing, are left out; and those whose number
        is not among ``only``.
        """
        plain = part.plain_key
        if plain is not None and only is None:
            if self._objects or not self._start_plain(part.type_name, plain, objects):
                self._add_plain(part.type_name, plain, objects)
            return
        for number, item in enumerate(objects):
            index = len(self._objects)
            self._objects.append(item)
            representation = represent(item, part) if only is None or number in only else None
            if representation is None:
                continue
            place = self._places.setdefault(identity(representation), len(self.targets))
            if place == len(self.targets):
                self.representations.append(representation)
                self.targets.append([])
            self.targets[place].append(index)

    def _start_plain(self, type_name: str, key: Wanted, objects: Sequence[Json]) -> bool:
        """The same for most requests there are: one text tells entities apart, and no two are the same."""
        source_key, name = key.source_key, key.name
        values = [item.get(source_key) for item in objects]
        if set(map(type, values)) != {str} or len(set(values)) != len(values):
            return False
        self._objects.extend(objects)
        self._unplaced = type_name, values
        self.representations = [{"__typename": type_name, name: value} for value in values]
        self.targets = [[index] for index in range(len(values))]
        return True

    def _add_plain(self, type_name: str, key: Wanted, objects: Sequence[Json]) -> None:
        """The same for most entities there are: one leaf tells them apart."""
        if self._unplaced is not None:
            other, values = self._unplaced
            self._places = {(other, identity(value)): place for place, value in enumerate(values)}
            self._unplaced = None
        places, targets, known = self._places, self.targets, self._objects
        for item in objects:
            known.append(item)
            value = item.get(key.source_key)
            if value is None:
                continue
            mark = (type_name, identity(value))
            place = places.get(mark)
            if place is None:
                place = places[mark] = len(targets)
                self.representations.append({"__typename": type_name, key.name: value})
                targets.append([])
            targets[place].append(len(known) - 1)

    def take(self, entities: Any, block: EntityBlock) -> bool:
        """Merges what a subgraph says of the entities, as far as it was asked; False when that is no answer."""
        if not isinstance(entities, list) or len(entities) != len(self.targets):
            return False
        objects, asked, renames = self._objects, block.asked_keys, block.renames
        is_answer = True
        for entity, indexes in zip(entities, self.targets, strict=True):
            if entity.__class__ is not dict:
                is_answer = is_answer and entity is None
                continue
            if not entity.keys() <= asked:
                for key in [key for key in entity if key not in asked]:
                    del entity[key]
            if renames:
                rename(entity, renames)
            for index in indexes:
                target = objects[index]
                if target.keys().isdisjoint(entity):
                    target.update(entity)
                else:
                    merge(target, entity)
        return is_answer
