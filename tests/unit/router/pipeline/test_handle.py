"""What requests pass, step by step, through a whole pipeline."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from router.pipeline.persisted import ManifestError
from tests.support.gateway import Gateway, codes_of

SDL = """
type Query { books: [Book!]! hello(name: String): String! }
type Mutation { rename(id: ID!): Book }
type Book @key(fields: "id") { id: ID! title: String }
"""
BOOKS = (
    SDL,
    {"books": [{"id": 1, "title": "Emma"}], "hello": "hi", "rename": {"id": 1, "title": "New"}},
)
GRAPHQL_JSON = "application/graphql-response+json"


def _gateway(configuration: str = "", folder: Path | None = None, **parts: Any) -> Gateway:
    return Gateway({"books": BOOKS}, configuration, folder=folder, **parts)


@pytest.mark.parametrize(
    ("accept", "status", "content_type"),
    [
        ("", 200, "application/json; charset=utf-8"),
        ("*/*", 200, "application/json; charset=utf-8"),
        (GRAPHQL_JSON, 200, f"{GRAPHQL_JSON}; charset=utf-8"),
        (
            "application/json;q=0.5, application/graphql-response+json;q=0.9",
            200,
            f"{GRAPHQL_JSON}; charset=utf-8",
        ),
        ("application/json, application/graphql-response+json;q=0.1", 200, "application/json; charset=utf-8"),
        ("application/*", 200, "application/json; charset=utf-8"),
        ("text/html", 406, "application/json; charset=utf-8"),
        ("application/json;q=0", 406, "application/json; charset=utf-8"),
    ],
)
async def test_the_answer_is_of_a_type_that_the_client_takes(
    accept: str, status: int, content_type: str
) -> None:
    response = await _gateway().send({"query": "{ hello }"}, accept=accept)
    assert (response.status, response.headers["content-type"]) == (status, content_type)


async def test_wrong_documents_are_400_for_those_who_take_it() -> None:
    gateway = _gateway()
    for document, code in (("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("{", "GRAPHQL_PARSE_FAILED")):
        status, answer = await gateway.ask(document, accept=GRAPHQL_JSON)
        assert (status, codes_of(answer)) == (400, [code])
        status, answer = await gateway.ask(document)
        assert (status, codes_of(answer)) == (200, [code])


async def test_a_batch_is_answered_in_order_each_for_itself(tmp_path: Path) -> None:
    gateway = _gateway("batching: {enabled: true, maximum_size: 3}", tmp_path)
    batch = [{"query": "{ hello }"}, {"query": "{ nothing }"}, {"query": "{ books { id } }"}]
    response = await gateway.send(batch)
    first, second, third = json.loads(response.body)
    assert (response.status, first, third["data"]) == (
        200,
        {"data": {"hello": "hi"}},
        {"books": [{"id": "1"}]},
    )
    assert codes_of(second) == ["GRAPHQL_VALIDATION_FAILED"]
    response = await gateway.send(batch * 2)
    assert (response.status, codes_of(json.loads(response.body))) == (422, ["BATCH_LIMIT_EXCEEDED"])


async def test_a_body_may_be_compressed_and_so_may_the_answer() -> None:
    packed = gzip.compress(json.dumps({"query": "{ hello }"}).encode())
    response = await _gateway().send(packed, content_encoding="gzip")
    assert json.loads(response.body) == {"data": {"hello": "hi"}}
    many = Gateway({"books": (BOOKS[0], {"books": [{"id": n, "title": "x" * 50} for n in range(100)]})})
    response = await many.send({"query": "{ books { title } }"}, accept_encoding="br, gzip;q=0.5")
    assert response.headers["content-encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(response.body))["data"]["books"]) == 100
    plain = await many.send({"query": "{ books { title } }"}, accept_encoding="gzip;q=0")
    assert "content-encoding" not in plain.headers


async def test_introspection_can_be_off(tmp_path: Path) -> None:
    gateway = _gateway("supergraph: {introspection: false}", tmp_path)
    status, answer = await gateway.ask("{ ...F } fragment F on Query { s: __schema { types { name } } }")
    assert (status, codes_of(answer)) == (400, ["INTROSPECTION_DISABLED"])
    assert await gateway.ask("{ __typename }") == (200, {"data": {"__typename": "Query"}})


async def test_limits_are_those_of_the_configuration(tmp_path: Path) -> None:
    gateway = _gateway(
        "limits: {max_depth: 1, max_aliases: 2, max_root_fields: 2, max_directives: 1, max_height: 3}",
        tmp_path,
    )
    for document, code in (
        ("{ books { id } }", "MAX_DEPTH_LIMIT"),
        ("{ ...F } fragment F on Query { books { ... on Book { id } } }", "MAX_DEPTH_LIMIT"),
        ("{ a: hello b: hello c: hello }", "MAX_ALIASES_LIMIT"),
        ("{ hello ...F } fragment F on Query { hello ... on Query { hello } }", "MAX_ROOT_FIELDS_LIMIT"),
        ("{ hello @skip(if: false) @include(if: true) }", "MAX_DIRECTIVES_LIMIT"),
    ):
        status, answer = await gateway.ask(document)
        assert (status, codes_of(answer)) == (400, [code]), document
    warning = _gateway("limits: {max_depth: 1, warn_only: true}", tmp_path)
    assert (await warning.ask("{ books { id } }"))[1]["data"]


class TestPersistedQueries:
    DOCUMENT = "{ hello }"
    DIGEST = hashlib.sha256(DOCUMENT.encode()).hexdigest()

    def _named(self, digest: str | None = None) -> dict[str, Any]:
        return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest or self.DIGEST}}}

    async def test_a_document_is_sent_once(self) -> None:
        gateway = _gateway()
        response = await gateway.send(self._named())
        assert (response.status, codes_of(json.loads(response.body))) == (200, ["PERSISTED_QUERY_NOT_FOUND"])
        assert response.headers["cache-control"] == "private, no-cache, must-revalidate"
        for body in ({"query": self.DOCUMENT, **self._named()}, self._named()):
            assert json.loads((await gateway.send(body)).body) == {"data": {"hello": "hi"}}

    async def test_it_may_be_named_by_get(self) -> None:
        gateway = _gateway()
        await gateway.send({"query": self.DOCUMENT, **self._named()})
        extensions = json.dumps(self._named()["extensions"])
        response = await gateway.send(method="GET", query={"extensions": extensions})
        assert json.loads(response.body) == {"data": {"hello": "hi"}}

    async def test_nobody_can_name_another_document_so(self) -> None:
        gateway = _gateway()
        response = await gateway.send({"query": "{ books { id } }", **self._named()})
        assert (response.status, codes_of(json.loads(response.body))) == (
            400,
            ["PERSISTED_QUERY_HASH_MISMATCH"],
        )
        response = await gateway.send(self._named())
        assert codes_of(json.loads(response.body)) == ["PERSISTED_QUERY_NOT_FOUND"]

    async def test_it_can_be_off(self, tmp_path: Path) -> None:
        response = await _gateway("apq: {enabled: false}", tmp_path).send(self._named())
        assert codes_of(json.loads(response.body)) == ["PERSISTED_QUERY_NOT_SUPPORTED"]


class TestTrustedDocuments:
    APOLLO = {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [{"id": "hello-1", "name": "H", "type": "query", "body": "query H { hello }"}],
    }
    RELAY = {"md5-of-it": "query B { books { id } }"}

    def _gateway(self, folder: Path, safelist: str) -> Gateway:
        (folder / "apollo.json").write_text(json.dumps(self.APOLLO))
        (folder / "relay.json").write_text(json.dumps(self.RELAY))
        return _gateway(
            "apq: {enabled: false}\npersisted_queries:\n  enabled: true\n"
            f"  local_manifests: ['{folder}/apollo.json', '{folder}/relay.json']\n  safelist: {safelist}\n",
            folder,
        )

    async def test_they_are_named_as_apollo_and_relay_do(self, tmp_path: Path) -> None:
        gateway = self._gateway(tmp_path, "{enabled: true, require_id: true}")
        named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "hello-1"}}}
        assert json.loads((await gateway.send(named)).body) == {"data": {"hello": "hi"}}
        for name in ("doc_id", "id", "documentId"):
            response = await gateway.send({name: "md5-of-it"})
            assert json.loads(response.body) == {"data": {"books": [{"id": "1"}]}}

    async def test_no_other_is_answered(self, tmp_path: Path) -> None:
        gateway = self._gateway(tmp_path, "{enabled: true}")
        status, answer = await gateway.ask("query H  {hello}")
        assert (status, answer) == (200, {"data": {"hello": "hi"}})
        status, answer = await gateway.ask("query H { hello books { id } }")
        assert (status, codes_of(answer)) == (403, ["QUERY_NOT_IN_SAFELIST"])
        response = await gateway.send({"id": "unknown"})
        assert (response.status, codes_of(json.loads(response.body))) == (
            404,
            ["PERSISTED_QUERY_NOT_IN_LIST"],
        )
        strict = self._gateway(tmp_path, "{enabled: true, require_id: true}")
        status, answer = await strict.ask("query H { hello }")
        assert (status, codes_of(answer)) == (400, ["PERSISTED_QUERY_ID_REQUIRED"])

    async def test_a_manifest_that_is_none_ends_the_start(self, tmp_path: Path) -> None:
        (tmp_path / "bad.json").write_text('{"format": "apollo-persisted-query-manifest", "operations": 1}')
        text = f"persisted_queries: {{enabled: true, local_manifests: ['{tmp_path}/bad.json']}}"
        with pytest.raises(ManifestError, match=r"bad\.json: `operations` is a list"):
            _gateway(text, tmp_path)
        with pytest.raises(ManifestError, match="exclude each other"):
            _gateway("persisted_queries: {enabled: true, safelist: {enabled: true}}", tmp_path)


async def test_deferred_parts_come_in_parts() -> None:
    gateway = _gateway()
    document = '{ hello ... @defer(label: "later") { books { id } } }'
    response = await gateway.send(
        {"query": document}, accept="multipart/mixed;deferSpec=20220824, application/json"
    )
    assert response.headers["content-type"] == 'multipart/mixed;boundary="-";deferSpec=20220824'
    assert response.stream is not None
    text = b"".join([part async for part in response.stream]).decode()
    parts = [json.loads(part.partition("\r\n\r\n")[2]) for part in text.split("\r\n---\r\n")[1:-1]]
    last = text.split("\r\n---\r\n")[-1]
    assert last.endswith("\r\n-----\r\n")
    parts.append(json.loads(last.partition("\r\n\r\n")[2].removesuffix("\r\n-----\r\n")))
    assert parts[0] == {"data": {"hello": "hi"}, "hasNext": True}
    assert parts[-1]["incremental"][0]["data"] == {"books": [{"id": "1"}]}
    assert parts[-1]["hasNext"] is False
    whole = await gateway.send({"query": document})
    assert json.loads(whole.body)["data"] == {"hello": "hi", "books": [{"id": "1"}]}


async def test_a_query_may_be_answered_by_an_event() -> None:
    response = await _gateway().send({"query": "{ hello }"}, accept="text/event-stream")
    assert response.stream is not None
    text = b"".join([part async for part in response.stream])
    assert text == b':\n\nevent: next\ndata: {"data":{"hello":"hi"}}\n\nevent: complete\ndata:\n\n'


async def test_a_plan_is_shown_to_who_may_see_it(tmp_path: Path) -> None:
    shown = _gateway("development: {expose_query_plan: true}", tmp_path)
    _, answer = await shown.ask("{ hello }", apollo_expose_query_plan="true")
    assert "QueryPlan" in answer["extensions"]["apolloQueryPlan"]["text"]
    for gateway, asked in ((shown, "false"), (_gateway(), "true")):
        assert "extensions" not in (await gateway.ask("{ hello }", apollo_expose_query_plan=asked))[1]


async def test_errors_of_subgraphs_can_be_hidden(tmp_path: Path) -> None:
    gateway = _gateway("include_subgraph_errors: {all: true, subgraphs: {books: false}}", tmp_path)
    gateway.transports["books"].fails = 1
    _, answer = await gateway.ask("{ hello }")
    assert answer == {
        "data": None,
        "errors": [
            {
                "message": "Subgraph errors redacted",
                "path": ["hello"],
                "extensions": {"code": "SUBGRAPH_UNAVAILABLE"},
            }
        ],
    }


async def test_what_costs_too_much_is_refused(tmp_path: Path) -> None:
    text = (
        "development: {expose_query_plan: true}\n"
        "demand_control: {enabled: true, mode: MODE, strategy: {static_estimated: {max: 5, list_size: 10}}}"
    )
    enforced = _gateway(text.replace("MODE", "enforce"), tmp_path)
    status, answer = await enforced.ask("{ books { id } }")
    assert (status, codes_of(answer)) == (400, ["COST_ESTIMATED_TOO_EXPENSIVE"])
    assert answer["errors"][0]["extensions"] == {
        "code": "COST_ESTIMATED_TOO_EXPENSIVE",
        "cost.estimated": 10.0,
        "cost.max": 5.0,
    }
    measured = _gateway(text.replace("MODE", "measure"), tmp_path)
    _, answer = await measured.ask("{ books { id } }", apollo_expose_query_plan="true")
    assert answer["extensions"]["cost"] == {
        "estimated": 10.0,
        "actual": 1.0,
        "max": 5.0,
        "strategy": "static_estimated",
        "result": "COST_ESTIMATED_TOO_EXPENSIVE",
    }


async def test_clients_have_budgets(tmp_path: Path) -> None:
    gateway = _gateway(
        "traffic_shaping: {router: {client_rate_limits: {anonymous: {capacity: 2, interval: 1min}}}}",
        tmp_path,
    )
    answers = [await gateway.send({"query": "{ hello }"}) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=2;w=60'
    assert answers[0].headers["ratelimit"] == '"default";r=1;t=0'
    assert int(answers[2].headers["retry-after"]) > 20
    assert codes_of(json.loads(answers[2].body)) == ["RATE_LIMITED"]


async def test_the_router_says_when_it_is_busy(tmp_path: Path) -> None:
    gateway = _gateway(
        "traffic_shaping: {router: {global_rate_limit: {capacity: 1, interval: 10s}}}", tmp_path
    )
    answers = [await gateway.send({"query": "{ hello }"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 503]
    assert codes_of(json.loads(answers[1].body)) == ["REQUEST_RATE_LIMITED"]
    assert "retry-after" in answers[1].headers
