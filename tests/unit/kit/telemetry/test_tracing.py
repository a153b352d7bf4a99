"""Trace ids flow without an exporter; with one, spans form a tree."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from kit.telemetry import continued_trace, current_traceparent, get_logger, span
from kit.telemetry.logs import configure_logs
from kit.telemetry.tracing import current_trace_id, use_tracer

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    use_tracer(provider.get_tracer("tests"))
    yield exporter
    use_tracer(None)


def test_a_trace_is_continued_and_ends_with_its_block() -> None:
    with continued_trace(PARENT):
        assert current_traceparent() == PARENT
        assert current_trace_id() == "0af7651916cd43dd8448eb211c80319c"
    assert current_traceparent() is None


@pytest.mark.parametrize(
    "given", [None, "", "nonsense", "00-" + "0" * 32 + "-" + "1" * 16 + "-01", PARENT.upper()]
)
def test_what_is_no_trace_begins_one(given: str | None) -> None:
    with continued_trace(given):
        begun = current_traceparent()
    assert begun is not None
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", begun)


def test_spans_are_children_of_what_came_with_the_request(spans: InMemorySpanExporter) -> None:
    with continued_trace(PARENT), span("router.request"), span("router.fetch", subgraph="videos"):
        carried = current_traceparent()
    fetch, request = spans.get_finished_spans()
    assert [_parent(fetch), _parent(request)] == [request.context.span_id, int("b7ad6b7169203331", 16)]
    assert carried == f"00-0af7651916cd43dd8448eb211c80319c-{fetch.context.span_id:016x}-01"
    assert dict(fetch.attributes or {}) == {"subgraph": "videos"}


def test_a_log_line_is_json_with_the_trace_id(capsys: pytest.CaptureFixture[str]) -> None:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        configure_logs("tests", level="INFO", as_json=True)
        with continued_trace(PARENT):
            get_logger("tests").info("clip_published", video="vid_1")
    finally:
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    expected = {
        "event": "clip_published",
        "video": "vid_1",
        "service": "tests",
        "level": "info",
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
    }
    assert {name: line[name] for name in expected} == expected


def _parent(of: ReadableSpan) -> int | None:
    return of.parent.span_id if of.parent else None
