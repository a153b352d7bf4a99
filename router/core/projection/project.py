"""One pass over fetched data: what was not asked for falls away, what is missing becomes null where it may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from router.core.projection.shape import ObjectShape, ValueShape

_NULL: Final = object()
"""A null that a non-null position may not hold, so that its parent becomes null instead."""

Path: TypeAlias = "tuple[Path | None, str | int]"


@dataclass(frozen=True, slots=True, eq=False)
class DeferredPart:
    """What one ``@defer`` covers of one object."""

    shape: ObjectShape
    source: dict[str, Any]
    at: Path | None

    @property
    def path(self) -> list[str | int]:
        return _keys(self.at)


class Projection:
    """One answer in the making.

    ``violations`` are the paths of missing non-null values, ``misfits`` those of values of a wrong type, ``deferred``
    the parts that are left for later.
    """

    def __init__(self) -> None:
        self.violations: list[list[str | int]] = []
        self.misfits: list[list[str | int]] = []
        self.deferred: list[DeferredPart] = []

    def project(
        self, shape: ObjectShape, data: Mapping[str, Any], path: Path | None = None
    ) -> dict[str, Any] | None:
        """``data`` at ``path``, or of the root; None when null reached the top of it."""
        projected = self._object(shape, data, path)
        return None if projected is _NULL else projected

    def _object(self, shape: ObjectShape, source: Any, path: Path | None) -> Any:
        if not isinstance(source, dict):
            return self._misfit(path)
        type_name = shape.static_type or source.get("__typename")
        fields = shape.fields(type_name) if type_name is None or isinstance(type_name, str) else None
        if fields is None:
            return _NULL if shape.hides(type_name) else self._misfit(path)
        projected: dict[str, Any] = {}
        for later in shape.deferred(type_name):
            self.deferred.append(DeferredPart(later, source, path))
        for field in fields:
            key = field.response_key
            if field.is_typename:
                projected[key] = type_name
                continue
            value = None if field.is_denied else source.get(key)
            if value is None:
                if field.value.is_non_null:
                    return self._violation((path, key))
            elif not field.is_leaf:
                value = self._value(field.value, value, (path, key))
            elif field.value.is_valid is not None and not field.value.is_valid(value):
                value = self._misfit((path, key), hidden=field.value.hidden, value=value)
            if value is _NULL:
                if field.value.is_non_null:
                    return _NULL
                value = None
            projected[key] = value
        return projected

    def _value(self, shape: ValueShape, value: Any, path: Path) -> Any:
        """A value that is not null; ``_NULL`` when it can't be shown."""
        if shape.object is not None:
            return self._object(shape.object, value, path)
        if shape.item is None:
            is_valid = shape.is_valid is None or shape.is_valid(value)
            return value if is_valid else self._misfit(path, hidden=shape.hidden, value=value)
        if not isinstance(value, list):
            return self._misfit(path)
        return self._list(shape.item, value, path)

    def _list(self, item: ValueShape, values: list[Any], path: Path) -> Any:
        projected = []
        for index, value in enumerate(values):
            if value is not None:
                shown = self._value(item, value, (path, index))
            else:
                shown = self._violation((path, index)) if item.is_non_null else None
            if shown is _NULL:
                if item.is_non_null:
                    return _NULL
                shown = None
            projected.append(shown)
        return projected

    def _violation(self, path: Path) -> Any:
        self.violations.append(_keys(path))
        return _NULL

    def _misfit(self, path: Path | None, hidden: frozenset[Any] = frozenset(), value: Any = None) -> Any:
        """A value of another type than the schema promises is no value; one that is hidden is none for clients."""
        if not (isinstance(value, str) and value in hidden):
            self.misfits.append(_keys(path))
        return _NULL


def _keys(path: Path | None) -> list[str | int]:
    keys: list[str | int] = []
    while path is not None:
        path, key = path
        keys.append(key)
    return keys[::-1]
