"""Spans and the W3C trace context.

With an exporter configured these are OpenTelemetry spans. Without one a span costs next to nothing, but trace ids
still flow: logs of one request carry one id in every process.
"""

from __future__ import annotations

import random
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from kit.telemetry.open_telemetry import OpenTelemetry

_telemetry: OpenTelemetry | None = None
_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)


def use_tracer(tracer: Tracer | None) -> None:
    """Spans go to this tracer from now on; None keeps only ids."""
    global _telemetry  # noqa: PLW0603 - one tracer a process
    if tracer is None:
        _telemetry = None
        return
    from kit.telemetry.open_telemetry import OpenTelemetry

    _telemetry = OpenTelemetry(tracer)


class _Nothing:
    """A span that nobody exports."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


_NOTHING = _Nothing()


def span(name: str, **attributes: Any) -> AbstractContextManager[Any]:
    """A span around the block, child of what is current. ``attributes`` are low-cardinality values."""
    return _NOTHING if _telemetry is None else _telemetry.span(name, attributes)


class continued_trace:  # noqa: N801 - reads as the verb that it is
    """Makes ``traceparent`` the current context, or begins a trace when there is none or it is malformed."""

    __slots__ = ("_current", "_inner", "_token")

    def __init__(self, traceparent: str | None) -> None:
        is_usable = traceparent is not None and _is_valid(traceparent)
        self._current = traceparent if is_usable else _new_traceparent()
        self._inner: AbstractContextManager[Any] | None = None

    def __enter__(self) -> None:
        self._token = _traceparent.set(self._current)
        if _telemetry is not None:
            self._inner = _telemetry.continued(str(self._current))
            self._inner.__enter__()

    def __exit__(self, *error: Any) -> None:
        try:
            if self._inner is not None:
                self._inner.__exit__(*error)
        finally:
            _traceparent.reset(self._token)


def current_traceparent() -> str | None:
    """What to send along, or None outside any trace."""
    known = _telemetry.traceparent() if _telemetry is not None else None
    return known or _traceparent.get()


def current_trace_id() -> str | None:
    """32 hexadecimal digits, or None outside any trace."""
    traceparent = current_traceparent()
    return traceparent.split("-")[1] if traceparent else None


def _new_traceparent() -> str:
    # Ids need to differ, not to be secret.
    return f"00-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-01"


def _is_valid(traceparent: str) -> bool:
    parts = traceparent.split("-")
    return (
        [len(part) for part in parts[:4]] == [2, 32, 16, 2]
        and all(character in "0123456789abcdef-" for character in traceparent)
        and set(parts[1]) != {"0"}
        and set(parts[2]) != {"0"}
    )
