"""Switching telemetry on for a process."""

from __future__ import annotations

from typing import Protocol

from kit.telemetry.logs import configure_logs
from kit.telemetry.tracing import use_tracer


class TelemetrySettings(Protocol):
    """What ``kit.config.Settings`` says of telemetry."""

    @property
    def log_level(self) -> str: ...

    @property
    def log_format(self) -> str: ...

    @property
    def otlp_endpoint(self) -> str | None: ...


def configure_telemetry(service: str, settings: TelemetrySettings) -> None:
    """Logs to stderr; spans to ``settings.otlp_endpoint`` if there is one. Call once, first thing."""
    configure_logs(service, level=settings.log_level, as_json=settings.log_format == "json")
    if settings.otlp_endpoint is not None:
        # OpenTelemetry takes a while to load, and most processes on a laptop do without.
        from kit.telemetry.open_telemetry import exporting_tracer

        use_tracer(exporting_tracer(service, settings.otlp_endpoint))
