"""Switching telemetry on for a process."""

from __future__ import annotations

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from kit.config import Settings
from kit.telemetry.logs import configure_logs
from kit.telemetry.tracing import use_tracer


def configure_telemetry(service: str, settings: Settings) -> None:
    """Logs to stderr; spans to ``settings.otlp_endpoint`` if there is one. Call once, first thing."""
    configure_logs(service, level=settings.log_level, as_json=settings.log_format == "json")
    if settings.otlp_endpoint is None:
        return
    provider = TracerProvider(resource=Resource.create({"service.name": f"clipgraph-{service}"}))
    exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    use_tracer(provider.get_tracer("clipgraph"))
