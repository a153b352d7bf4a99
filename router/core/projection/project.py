"""One pass over fetched data: what was not asked for falls away, what is missing becomes null where it may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from router.core.projection.shape import ObjectShape, ValueShape

_NULL: Final = object()
"""A null that a non-null position may not hold, so that its parent becomes null instead."""

Path: TypeAlias = "tuple[Path | None, str | int]"


class Projection:
    """One answer in the making. ``violations`` are the paths of missing non-null values."""

    def __init__(self) -> None:
        self.violations: list[list[str | int]] = []

    def project(self, shape: ObjectShape, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """``data`` of the root; None when null reached the top."""
        assert shape.static_type is not None, "root types are objects"
        projected = self._object(shape, data, None)
        return None if projected is _NULL else projected

    def _object(self, shape: ObjectShape, source: Any, path: Path | None) -> Any:
        if not isinstance(source, dict):
            return _NULL
        type_name = shape.static_type or source.get("__typename")
        fields = shape.fields(type_name) if isinstance(type_name, str) else None
        if fields is None:
            return _NULL
        projected: dict[str, Any] = {}
        for field in fields:
            key = field.response_key
            if field.is_typename:
                projected[key] = type_name
                continue
            value = source.get(key)
            if value is not None and not field.is_leaf:
                value = self._value(field.value, value, (path, key))
            elif value is None and field.value.is_non_null:
                value = self._violation((path, key))
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
            return value
        if not isinstance(value, list):
            return _NULL
        return self._list(shape.item, value, path)

    def _list(self, item: ValueShape, values: list[Any], path: Path) -> Any:
        if item.is_leaf and not (item.is_non_null and None in values):
            return values
        projected = []
        for index, value in enumerate(values):
            place = (path, index)
            if value is None:
                shown = self._violation(place) if item.is_non_null else None
            else:
                shown = self._value(item, value, place)
            if shown is _NULL:
                if item.is_non_null:
                    return _NULL
                shown = None
            projected.append(shown)
        return projected

    def _violation(self, path: Path) -> Any:
        keys: list[str | int] = []
        step: Path | None = path
        while step is not None:
            step, key = step
            keys.append(key)
        self.violations.append(keys[::-1])
        return _NULL
