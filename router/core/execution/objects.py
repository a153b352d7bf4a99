"""Finding objects in fetched data, telling them to a subgraph, and merging what it says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from router.core.planner import PathElement, Wanted

Json: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str | int, ...]


def gather(data: Json, path: Sequence[PathElement]) -> list[Json]:
    """The objects at ``path``, through lists, nulls left out; in document order."""
    found: list[Any] = [data]
    for element in path:
        if isinstance(element, frozenset):
            found = [item for item in found if item.get("__typename") in element]
            continue
        following: list[Any] = []
        for item in found:
            value = item.get(element)
            if isinstance(value, dict):
                following.append(value)
            elif isinstance(value, list):
                following.extend(_objects_in(value))
        found = following
    return found


def _objects_in(values: list[Any]) -> Iterator[Json]:
    for value in values:
        if isinstance(value, dict):
            yield value
        elif isinstance(value, list):
            yield from _objects_in(value)


def gather_places(data: Json, path: Sequence[PathElement]) -> list[Place]:
    """Where the objects that ``gather`` finds stand, in the same order."""
    found: list[tuple[Place, Any]] = [((), data)]
    for element in path:
        if isinstance(element, frozenset):
            found = [(place, item) for place, item in found if item.get("__typename") in element]
            continue
        found = [
            reached for place, item in found for reached in _places_in(item.get(element), (*place, element))
        ]
    return [place for place, _ in found]


def _places_in(value: Any, place: Place) -> Iterator[tuple[Place, Json]]:
    if isinstance(value, dict):
        yield place, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places_in(item, (*place, index))


def represent(item: Json, type_name: str, wanted: Sequence[Wanted]) -> Json | None:
    """The representation of an object; None when a part of it is missing, so that it can't be asked for."""
    representation: Json = {"__typename": type_name}
    return representation if _represent_into(representation, item, wanted) else None


def _represent_into(target: Json, item: Json, wanted: Sequence[Wanted]) -> bool:
    for field in wanted:
        if field.on_type is not None and item.get("__typename", field.on_type) != field.on_type:
            continue
        if field.source_key not in item:
            return False
        value = item[field.source_key]
        if not field.children or value is None:
            target[field.name] = value
            continue
        inner = _represent_value(value, field.children)
        if inner is None:
            return False
        target[field.name] = inner
    return True


def _represent_value(value: Any, children: Sequence[Wanted]) -> Any:
    if isinstance(value, list):
        items = [None if item is None else _represent_value(item, children) for item in value]
        return (
            None
            if any(new is None and old is not None for new, old in zip(items, value, strict=True))
            else items
        )
    if not isinstance(value, dict):
        return None
    inner: Json = {"__typename": value["__typename"]} if "__typename" in value else {}
    return inner if _represent_into(inner, value, children) else None


def identity(value: Any) -> Any:
    """A hashable that is equal for equal JSON."""
    if isinstance(value, dict):
        return tuple((key, identity(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(identity(inner) for inner in value)
    return value


def merge(target: Json, source: Json) -> None:
    """Adds to ``target`` what it lacks; objects and lists of equal length are merged deeply."""
    for key, value in source.items():
        known = target.get(key)
        if known is None:
            target[key] = value
        elif isinstance(known, dict) and isinstance(value, dict):
            if known is not value:
                merge(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            _merge_lists(known, value)


def _merge_lists(target: list[Any], source: list[Any]) -> None:
    if len(target) != len(source):
        return
    for index, value in enumerate(source):
        known = target[index]
        if known is None:
            target[index] = value
        elif isinstance(known, dict) and isinstance(value, dict) and known is not value:
            merge(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            _merge_lists(known, value)
