"""Finding objects in fetched data, telling them to a subgraph, and merging what it says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from router.core.planner import ContextValue, EntityPart, PathElement, Renames, Wanted

Json: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str | int, ...]

_MISSING: Final = object()


def gather(data: Json, path: Sequence[PathElement]) -> list[Json]:
    """The objects at ``path``, through lists, nulls left out; in document order."""
    found: list[Any] = [data]
    for element in path:
        if isinstance(element, frozenset):
            found = [item for item in found if _is_of(item, element)]
            continue
        following: list[Any] = []
        for item in found:
            value = item.get(element)
            if isinstance(value, dict):
                following.append(value)
            elif isinstance(value, list):
                following.extend(value if set(map(type, value)) == {dict} else _objects_in(value))
        found = following
    return found


def _is_of(item: Json, types: frozenset[str]) -> bool:
    """Whether a subgraph says that the object is of one of the types; it may say anything."""
    type_name = item.get("__typename")
    return type_name.__class__ is str and type_name in types


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
            found = [(place, item) for place, item in found if _is_of(item, element)]
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


def read_context(
    data: Json, path: Sequence[PathElement], contexts: Sequence[ContextValue]
) -> Iterator[Json | None]:
    """For each object that ``gather`` finds at ``path`` the variables read from the objects around it; None when
    one of them was never fetched.
    """
    for ancestors in _with_ancestors(data, path):
        values: Json | None = {}
        for context in contexts:
            found: Json = {}
            if values is None or not _represent_into(found, ancestors[context.depth], context.wanted):
                values = None
            else:
                values[context.variable] = _innermost(found)
        yield values


def _with_ancestors(data: Json, path: Sequence[PathElement]) -> list[tuple[Json, ...]]:
    """Each object with what it was reached through, one for each element of the path."""
    found: list[tuple[Json, ...]] = [(data,)]
    for element in path:
        found = [(*chain, inner) for chain in found for inner in gather(chain[-1], (element,))]
    return found


def _innermost(value: Any) -> Any:
    """``{"profile": {"locale": "nb"}}`` stands for ``"nb"``: a context selects one leaf."""
    while isinstance(value, dict):
        value = next((inner for key, inner in value.items() if key != "__typename"), None)
    return value


def represent(item: Json, part: EntityPart) -> Json | None:
    """The representation of an object; None when it has no key, or a part of it was never fetched."""
    representation: Json = {"__typename": part.type_name}
    if not _represent_into(representation, item, part.key):
        return None
    if all(representation.get(wanted.name) is None for wanted in part.key):
        return None
    return representation if _represent_into(representation, item, part.required) else None


def _represent_into(target: Json, item: Json, wanted: Sequence[Wanted]) -> bool:
    for field in wanted:
        if field.on_types is not None and not _is_of(item, field.on_types):
            continue
        value = item.get(field.source_key, _MISSING)
        if value is not None and value is not _MISSING and field.children:
            value = _represent_value(value, field.children)
        if value is _MISSING:
            return False
        known = target.get(field.name)
        target[field.name] = _united(known, value) if known is not None and field.children else value
    return True


def _represent_value(value: Any, children: Sequence[Wanted]) -> Any:
    """The parts of a nested value that are wanted; ``_MISSING`` when one of them is."""
    if isinstance(value, list):
        items = [None if item is None else _represent_value(item, children) for item in value]
        return _MISSING if _MISSING in items else items
    if not isinstance(value, dict):
        return _MISSING
    inner: Json = {"__typename": value["__typename"]} if "__typename" in value else {}
    return inner if _represent_into(inner, value, children) else _MISSING


def _united(known: Any, value: Any) -> Any:
    """Two views of one value: a key and a requirement may each want a part of the same field."""
    if isinstance(known, dict) and isinstance(value, dict):
        return {**known, **{key: _united(known.get(key), inner) for key, inner in value.items()}}
    if isinstance(known, list) and isinstance(value, list) and len(known) == len(value):
        return [_united(left, right) for left, right in zip(known, value, strict=True)]
    return value


def identity(value: Any) -> Any:
    """A hashable that is equal for equal JSON."""
    if isinstance(value, dict):
        return tuple((key, identity(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(identity(inner) for inner in value)
    return (value.__class__, value)


def rename(value: Any, renames: Renames) -> None:
    """Gives fields that were asked for under another key the key that they have in the answer."""
    if isinstance(value, list):
        for item in value:
            rename(item, renames)
    elif isinstance(value, dict):
        for asked_as, (key, inner) in renames.items():
            if asked_as in value:
                if inner:
                    rename(value[asked_as], inner)
                if key != asked_as:
                    value[key] = value.pop(asked_as)


def renamed_path(path: Sequence[str | int], renames: Renames) -> Place:
    """An error's path in the terms of the answer."""
    renamed: list[str | int] = []
    for element in path:
        known = renames.get(element) if isinstance(element, str) else None
        renamed.append(element if known is None else known.key)
        if isinstance(element, str):
            renames = {} if known is None else known.inner
    return tuple(renamed)


def merge(target: Json, source: Json) -> None:
    """Adds ``source`` to ``target``; objects and lists of equal length are merged deeply.

    Of two leaves the new one stays: it was asked for, the old one may have been volunteered; and whoever is asked
    later for a ``__typename`` knows the type itself, and not an interface object in its stead.
    """
    for key, value in source.items():
        known = target.get(key)
        if known is None:
            target[key] = value
        elif isinstance(known, dict):
            if isinstance(value, dict) and known is not value:
                merge(known, value)
        elif isinstance(known, list):
            if isinstance(value, list):
                _merge_lists(known, value)
        elif value is not None:
            target[key] = value


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
