"""Prometheus metrics that several rooms feed. Labels have few values: never an id."""

from __future__ import annotations

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

EVENTS_HANDLED = Counter(
    "clipgraph_events_handled_total", "Events by consumer group and outcome.", ["group", "event", "outcome"]
)
EVENT_SECONDS = Histogram("clipgraph_event_handling_seconds", "Time of one handler.", ["group", "event"])
OUTBOX_PUBLISHED = Counter("clipgraph_outbox_published_total", "Facts that left the outbox.", ["domain"])
OUTBOX_DEPTH = Gauge("clipgraph_outbox_depth", "Facts waiting in the outbox.", ["domain"])
OUTBOX_AGE_SECONDS = Gauge("clipgraph_outbox_age_seconds", "Age of the oldest waiting fact.", ["domain"])
DATABASE_SHED = Counter(
    "clipgraph_database_shed_total", "Statements that were sent away for want of a connection.", ["domain"]
)
LOCAL_CACHE_READS = Counter(
    "clipgraph_local_cache_reads_total", "Entries asked of the process's own caches.", ["cache", "outcome"]
)
JOBS_RUN = Counter("clipgraph_jobs_total", "Runs of scheduled jobs by outcome.", ["job", "outcome"])


def render_metrics() -> bytes:
    """Everything in the exposition format."""
    return generate_latest(REGISTRY)
