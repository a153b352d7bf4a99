"""Spans and the W3C trace context.

With an exporter configured these are OpenTelemetry spans. Without one a span costs next to nothing, but trace ids
still flow: logs of one request carry one id in every process.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def span(name: str, **attributes: Any) -> Iterator[None]:
    """A span around the block, child of what is current. ``attributes`` are low-cardinality values."""
    if _telemetry is None:
        yield
        return
    with _telemetry.span(name, attributes):
        yield


@contextmanager
def continued_trace(traceparent: str | None) -> Iterator[None]:
    """Makes ``traceparent`` the current context, or begins a trace when there is none or it is malformed."""
    current = traceparent if traceparent is not None and _is_valid(traceparent) else _new_traceparent()
    token = _traceparent.set(current)
    try:
        if _telemetry is None:
            yield
        else:
            with _telemetry.continued(current):
                yield
    finally:
        _traceparent.reset(token)


def current_traceparent() -> str | None:
    """What to send along, or None outside any trace."""
    known = _telemetry.traceparent() if _telemetry is not None else None
    return known or _traceparent.get()


def current_trace_id() -> str | None:
    """32 hexadecimal digits, or None outside any trace."""
    traceparent = current_traceparent()
    return traceparent.split("-")[1] if traceparent else None


def _new_traceparent() -> str:
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def _is_valid(traceparent: str) -> bool:
    parts = traceparent.split("-")
    return (
        [len(part) for part in parts[:4]] == [2, 32, 16, 2]
        and all(character in "0123456789abcdef-" for character in traceparent)
        and set(parts[1]) != {"0"}
        and set(parts[2]) != {"0"}
    )
