"""Logs, metrics and traces of every process.

``configure_telemetry`` once at start; then ``get_logger``, ``span`` and the metrics of ``kit.telemetry.metrics``.
A trace id runs through HTTP headers, subgraph calls, the outbox, the bus and consumers (W3C ``traceparent``).
"""

from kit.telemetry.logs import get_logger
from kit.telemetry.setup import configure_telemetry
from kit.telemetry.tracing import continued_trace, current_traceparent, span

__all__ = ["configure_telemetry", "continued_trace", "current_traceparent", "get_logger", "span"]
