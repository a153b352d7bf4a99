"""Values that are written as text: spans of time and sizes."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|min|m|sec|s|hour|h|day|d)s?")
_SPAN_UNITS = {
    "ms": 0.001,
    "s": 1,
    "sec": 1,
    "m": 60,
    "min": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(b|kb|kib|mb|mib|gb|gib)?", re.IGNORECASE)
_SIZE_UNITS = {"b": 1, "kb": 1000, "kib": 1024, "mb": 1000**2, "mib": 1024**2, "gb": 1000**3, "gib": 1024**3}


class _Written(float):
    """A number that may be written with a unit."""

    _example: ClassVar[str]

    @classmethod
    def parse(cls, value: Any) -> Self:
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        # A router without a file starts without pydantic.
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(cls.parse)


class Duration(_Written):
    """Seconds, written ``30s``, ``100ms``, ``1m 30s``; a bare number is seconds."""

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Raises ValueError."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            seconds = float(value)
        else:
            text = str(value).strip().lower()
            parts = _SPAN.findall(text)
            if not parts or _SPAN.sub("", text).strip():
                raise ValueError(f"{value!r} is no span of time such as 30s, 100ms or 5min")
            seconds = sum(float(number) * _SPAN_UNITS[unit] for number, unit in parts)
        if seconds < 0:
            raise ValueError("a span of time is not negative")
        return cls(seconds)


class ByteSize(_Written):
    """Bytes, written ``2MiB``, ``64kb``; a bare number is bytes."""

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Raises ValueError."""
        match = _SIZE.fullmatch(str(value).strip())
        if match is None or isinstance(value, bool):
            raise ValueError(f"{value!r} is no size such as 2MiB, 64kb or 1048576")
        return cls(float(match[1]) * _SIZE_UNITS[(match[2] or "b").lower()])
