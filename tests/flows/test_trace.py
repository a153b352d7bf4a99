"""One trace from the request of an app to the consumers of the facts that it caused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from clipgraph.demo import documents
from kit.config import Settings
from kit.telemetry.tracing import use_tracer
from tests.support.platform import Platform, running_platform

TRACE = "5bf92f3577b34da6a3ce929d0e0e4736"
_DEADLINE_S = 30
_SIGN_UP = {
    "email": "trace@example.com",
    "handle": "traced",
    "displayName": "Traced",
    "password": "a long password of traced",
}


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    memory, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    use_tracer(provider.get_tracer("tests"))
    yield memory
    use_tracer(None)


@pytest.mark.parametrize("split", [False, True], ids=["together", "split"])
async def test_a_registration_is_one_trace(
    settings: Settings, exporter: InMemorySpanExporter, split: bool
) -> None:
    number = 2 if split else 1
    trace = f"{TRACE[:-1]}{number}"
    async with running_platform(settings, split=split) as platform:
        token = await _sign_up(platform, trace, number)
        async with asyncio.timeout(_DEADLINE_S):
            while not _named(exporter, trace, "event.handle", group="social"):
                await asyncio.sleep(0.02)
        await _send(platform, "{ me { handle } }", trace, token=token)
    assert _named(exporter, trace, "router.request")
    assert _named(exporter, trace, "router.fetch", subgraph="auth")
    assert _named(exporter, trace, "subgraph.execute", subgraph="auth")
    assert _named(exporter, trace, "loader.batch", loader="ProfileByIdLoader")
    [request, *_] = _named(exporter, trace, "router.request")
    [step, *_] = _named(exporter, trace, "router.execute")
    [fetch, *_] = _named(exporter, trace, "router.fetch", subgraph="auth")
    assert step.parent is not None
    assert step.parent.span_id == request.context.span_id
    assert fetch.parent is not None
    assert fetch.parent.span_id == step.context.span_id


async def _sign_up(platform: Platform, trace: str, number: int) -> str:
    given = {**_SIGN_UP, "email": f"{number}{_SIGN_UP['email']}", "handle": f"{_SIGN_UP['handle']}{number}"}
    answer = await _send(platform, documents.SIGN_UP, trace, input=given)
    return str(json.loads(answer)["data"]["signUp"]["tokens"]["accessToken"])


async def _send(
    platform: Platform, query: str, trace: str, *, token: str | None = None, **variables: object
) -> bytes:
    headers = {"content-type": "application/json", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    body = json.dumps({"query": query, "variables": variables})
    async with platform.api.session.post(platform.api.url, data=body, headers=headers) as response:
        assert response.status == 200
        return await response.read()


def _named(exporter: InMemorySpanExporter, trace: str, name: str, **attributes: str) -> list[ReadableSpan]:
    return [
        span
        for span in exporter.get_finished_spans()
        if span.name == name
        and f"{span.context.trace_id:032x}" == trace
        and attributes.items() <= dict(span.attributes or {}).items()
    ]
