"""Spans as OpenTelemetry has them; imported only where there is an exporter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_propagator = TraceContextTextMapPropagator()


def exporting_tracer(service: str, endpoint: str) -> Tracer:
    """Sends spans to an OTLP/HTTP collector, in batches."""
    provider = TracerProvider(resource=Resource.create({"service.name": f"clipgraph-{service}"}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider.get_tracer("clipgraph")


class OpenTelemetry:
    """The current context of a tracer."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def span(self, name: str, attributes: Mapping[str, Any]) -> AbstractContextManager[Any]:
        """Child of the current span, and current itself within the block."""
        return self._tracer.start_as_current_span(name, attributes=attributes)

    @contextmanager
    def continued(self, traceparent: str) -> Iterator[None]:
        """Spans within the block are children of ``traceparent``."""
        attached = context.attach(_propagator.extract({"traceparent": traceparent}))
        try:
            yield
        finally:
            context.detach(attached)

    def traceparent(self) -> str | None:
        """Of the current span, if there is one."""
        if not trace.get_current_span().get_span_context().is_valid:
            return None
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        return carrier.get("traceparent")
