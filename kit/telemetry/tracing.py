"""Spans and the W3C trace context.

With an exporter configured these are OpenTelemetry spans. Without one a span costs next to nothing, but trace ids
still flow: logs of one request carry one id in every process.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_propagator = TraceContextTextMapPropagator()
_tracer: Tracer | None = None
_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)


def use_tracer(tracer: Tracer | None) -> None:
    """Spans go to this tracer from now on; None keeps only ids."""
    global _tracer  # noqa: PLW0603 - one tracer a process
    _tracer = tracer


@contextmanager
def span(name: str, **attributes: Any) -> Iterator[None]:
    """A span around the block, child of what is current. ``attributes`` are low-cardinality values."""
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(name, attributes=attributes):
        yield


@contextmanager
def continued_trace(traceparent: str | None) -> Iterator[None]:
    """Makes ``traceparent`` the current context, or begins a trace when there is none or it is malformed."""
    traceparent = traceparent if _is_valid(traceparent) else _new_traceparent()
    token = _traceparent.set(traceparent)
    attached = None
    if _tracer is not None:
        attached = otel_context.attach(_propagator.extract({"traceparent": str(traceparent)}))
    try:
        yield
    finally:
        _traceparent.reset(token)
        if attached is not None:
            otel_context.detach(attached)


def current_traceparent() -> str | None:
    """What to send along, or None outside any trace."""
    if _tracer is not None and trace.get_current_span().get_span_context().is_valid:
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        return carrier.get("traceparent")
    return _traceparent.get()


def current_trace_id() -> str | None:
    """32 hexadecimal digits, or None outside any trace."""
    traceparent = current_traceparent()
    return traceparent.split("-")[1] if traceparent else None


def _new_traceparent() -> str:
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def _is_valid(traceparent: str | None) -> bool:
    if traceparent is None:
        return False
    parts = traceparent.split("-")
    return (
        [len(part) for part in parts[:4]] == [2, 32, 16, 2]
        and all(character in "0123456789abcdef-" for character in traceparent)
        and set(parts[1]) != {"0"}
        and set(parts[2]) != {"0"}
    )
