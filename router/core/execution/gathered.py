"""Entities of one request: each told once, its answer given to all objects that stand for it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from router.core.execution.objects import Json, identity, merge, rename, represent
from router.core.planner import EntityBlock, EntityPart, Wanted


class Gathered:
    """``targets`` says for each of ``representations`` which of the gathered objects it stands for."""

    __slots__ = ("_objects", "_places", "representations", "targets")

    def __init__(self) -> None:
        self.representations: list[Json] = []
        self.targets: list[list[int]] = []
        self._objects: list[Json] = []
        self._places: dict[Any, int] = {}

    def add(self, part: EntityPart, objects: Iterable[Json], only: Container[int] | None = None) -> None:
        """Objects that can't be told, because something of them is missing, are left out; and those whose number
        is not among ``only``.
        """
        plain = part.plain_key
        if plain is not None and only is None:
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

    def _add_plain(self, type_name: str, key: Wanted, objects: Iterable[Json]) -> None:
        """The same for most entities there are: one leaf tells them apart."""
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
        for entity, indexes in zip(entities, self.targets, strict=True):
            if isinstance(entity, dict):
                if not entity.keys() <= block.asked_keys:
                    for key in entity.keys() - block.asked_keys:
                        del entity[key]
                if block.renames:
                    rename(entity, block.renames)
                for index in indexes:
                    merge(self._objects[index], entity)
        return all(entity is None or isinstance(entity, dict) for entity in entities)
