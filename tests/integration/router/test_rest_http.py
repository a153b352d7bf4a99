"""REST over HTTP: the same pipeline, the same limits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from router.app import create_app
from tests.support.gateway import Gateway
from tests.support.ports import served

SDL = """
type Query { book(id: ID!): Book secret: Book @authenticated }
type Mutation { rename(input: RenameInput!): RenamePayload }
input RenameInput { id: ID! title: String! idempotencyKey: String }
type RenamePayload { book: Book userErrors: [Problem!]! }
type Problem { code: String! message: String! field: String }
type Book @key(fields: "id") { id: ID! title: String }
"""
ROOTS = {
    "book": {"id": "1", "title": "Emma"},
    "secret": {"id": "2", "title": "Hidden"},
    "rename": {"book": {"id": "1", "title": "New"}, "userErrors": []},
}
REST = """
base: /api/v1
title: Books
version: "1"
routes:
  - method: GET
    path: /api/v1/books/{id}
    document: "query Book($id: ID!) { book(id: $id) { id title } }"
    variables: { id: path }
    result: book
  - method: GET
    path: /api/v1/secret
    document: "query Secret { secret { id title } }"
    result: secret
"""
ROUTER = """
apq: {enabled: false}
cors: {origins: ["https://app.example"], methods: [GET, PUT]}
persisted_queries: {enabled: true, safelist: {enabled: true}}
traffic_shaping: {router: {client_rate_limits: {anonymous: {capacity: 20, interval: 1min}}}}
"""


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    (tmp_path / "rest.yaml").write_text(REST)
    gateway = Gateway({"books": (SDL, ROOTS)}, ROUTER, folder=tmp_path)
    async with served(create_app(gateway.pipeline, rest_map=tmp_path / "rest.yaml")) as base:
        yield f"{base}/api/v1"


async def test_a_resource_is_read(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/books/1", headers={"origin": "https://app.example"}) as response:
            assert await response.json() == {"id": "1", "title": "Emma"}
            assert response.headers["access-control-allow-origin"] == "https://app.example"
            assert "origin" in response.headers["vary"]
            assert response.headers["ratelimit"] == '"default";r=19;t=0'
            etag = response.headers["etag"]
        async with session.get(f"{url}/books/1", headers={"if-none-match": etag}) as response:
            assert response.status == 304
        async with session.head(f"{url}/books/1") as response:
            assert (response.status, await response.read()) == (200, b"")


async def test_guards_and_limits_are_those_of_graphql(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/secret") as response:
            answer = await response.json(content_type=None)
            assert "Hidden" not in json.dumps(answer)
            assert response.status in {401, 403}
        statuses = []
        for _ in range(25):
            async with session.get(f"{url}/books/1") as response:
                statuses.append(response.status)
        assert statuses[-1] == 429
        assert response.headers["content-type"].startswith("application/problem+json")
        assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/openapi.json", 200)])
async def test_what_is_not_a_route_is_told(url: str, path: str, status: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(url + path) as response:
        assert response.status == status


async def test_a_large_body_is_refused(url: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/books/1", data=b"x" * 3_000_000) as response,
    ):
        assert response.status == 413
        assert (await response.json(content_type=None))["code"] == "REQUEST_TOO_LARGE"
