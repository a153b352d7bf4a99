"""Headers that subgraphs get to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.configuration import ConfigurationError
from router.pipeline.messages import Client, HttpRequest
from tests.support.gateway import Gateway

SUBGRAPHS = {
    "a": ("type Query { a: String }", {"a": "a"}),
    "b": ("type Query { b: String }", {"b": "b"}),
}
RULES = """
headers:
  all:
    request:
      - propagate: {named: Accept-Language, rename: x-language, default: en}
      - propagate: {matching: "x-trace-.*"}
      - insert: {name: x-from, value: router}
      - insert: {name: x-user, from_claim: sub}
      - remove: {named: x-trace-secret}
  subgraphs:
    b:
      request:
        - remove: {matching: "x-from|x-language"}
        - propagate: {named: connection}
        - propagate: {named: x-viewer}
"""


class Known:
    """Everyone is the same user."""

    async def identify(self, _request: HttpRequest) -> Client:
        return Client("user:1", {"sub": "u1\r\nx-evil: 1"}, {"x-viewer": "signed"})


async def test_rules_say_what_goes_where(tmp_path: Path) -> None:
    gateway = Gateway(SUBGRAPHS, RULES, folder=tmp_path, identifier=Known())
    await gateway.ask(
        "{ a b }",
        x_trace_id="7",
        x_trace_secret="s",
        x_other="o",
        connection="x",
        x_viewer="forged",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    [a], [b] = gateway.transports["a"].requests, gateway.transports["b"].requests
    for request in (a, b):
        assert request.headers["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c")
        assert request.timeout_s is not None
        assert 0 < request.timeout_s <= 10
        assert request.headers["x-viewer"] == "signed"
    own = {name: value for name, value in a.headers.items() if name not in {"traceparent", "x-viewer"}}
    assert own == {
        "x-language": "en",
        "x-trace-id": "7",
        "x-from": "router",
        "x-user": "u1  x-evil: 1",
    }
    assert not {"x-from", "x-language", "connection", "x-other"} & b.headers.keys()


async def test_without_rules_only_the_token_travels() -> None:
    gateway = Gateway(SUBGRAPHS)
    await gateway.ask("{ a }", authorization="Bearer t", cookie="c=1")
    [request] = gateway.transports["a"].requests
    assert request.headers["authorization"] == "Bearer t"
    assert "cookie" not in request.headers


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{}", "one of `propagate`"),
        ("{propagate: {named: a, matching: b}}", "either `named` or `matching`"),
        ("{insert: {name: a}}", "either `value` or `from_claim`"),
        ("{remove: {matching: '('}}", "no regular expression"),
    ],
)
def test_a_rule_that_makes_no_sense_ends_the_start(tmp_path: Path, rule: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Gateway(SUBGRAPHS, f"headers: {{all: {{request: [{rule}]}}}}", folder=tmp_path)


def test_a_section_for_no_subgraph_ends_the_start(tmp_path: Path) -> None:
    from router.assemble import open_http_transports

    gateway = Gateway(SUBGRAPHS, "traffic_shaping: {subgraphs: {c: {timeout: 1s}}}", folder=tmp_path)
    with pytest.raises(
        ConfigurationError, match=r"`traffic_shaping.subgraphs.c`: the supergraph has no such"
    ):
        open_http_transports(gateway.pipeline.engine.supergraph, gateway.configuration)
