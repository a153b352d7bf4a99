"""A subgraph behind HTTP, reached past its router."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from contracts.subgraph import SubgraphRequest
from kit.graphql.http import create_subgraph_app
from tests.support.ports import served

_AT_ONCE = 3


class Slow:
    """Answers when told to; tells who is there and who is gone."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.begun = asyncio.Queue[SubgraphRequest]()
        self.cancelled = asyncio.Queue[SubgraphRequest]()
        self.answer: dict[str, Any] = {"data": {"n": 1}}

    async def __call__(self, request: SubgraphRequest) -> dict[str, Any]:
        self.begun.put_nowait(request)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.put_nowait(request)
            raise
        return self.answer


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
async def url(slow: Slow) -> AsyncIterator[str]:
    async with served(create_subgraph_app(slow, checks={}, max_at_once=_AT_ONCE)) as base:
        yield f"{base}/graphql"
        slow.gate.set()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def ask(
    client: aiohttp.ClientSession, url: str, body: Any = None, **headers: str
) -> tuple[int, str | None, Any]:
    async with client.post(url, json=body or {"query": "{ n }"}, headers=headers) as response:
        return response.status, response.headers.get("retry-after"), await response.json()


def codes(answer: Any) -> list[str]:
    return [error["extensions"]["code"] for error in answer["errors"]]


async def test_a_request_arrives_as_it_was_sent(slow: Slow, url: str, client: aiohttp.ClientSession) -> None:
    slow.gate.set()
    body = {"query": "{ n }", "variables": {"a": 1}, "operationName": "N", "extensions": {"b": 2}}
    for place in (url, f"{url}?shard=1"):
        headers = {"x-viewer": "v", "x-envoy-expected-rq-timeout-ms": "1500"}
        assert await ask(client, place, body, **headers) == (200, None, {"data": {"n": 1}})
        request = slow.begun.get_nowait()
        assert (request.query, request.variables, request.operation_name) == ("{ n }", {"a": 1}, "N")
        assert (request.extensions, request.timeout_s) == ({"b": 2}, 1.5)
        assert request.headers["x-viewer"] == "v"


async def test_who_hangs_up_cancels_what_was_asked(
    slow: Slow, url: str, client: aiohttp.ClientSession
) -> None:
    asking = asyncio.create_task(ask(client, url))
    async with asyncio.timeout(10):
        request = await slow.begun.get()
        asking.cancel()
        assert await slow.cancelled.get() is request
    slow.gate.set()
    assert await ask(client, url) == (200, None, {"data": {"n": 1}})


async def test_nobody_works_longer_than_the_router_waits(
    slow: Slow, url: str, client: aiohttp.ClientSession
) -> None:
    status, _, answer = await ask(client, url, **{"x-envoy-expected-rq-timeout-ms": "50"})
    assert (status, codes(answer)) == (504, ["DEADLINE_EXCEEDED"])
    assert slow.cancelled.qsize() == 1


async def test_more_than_can_be_done_is_sent_away(
    slow: Slow, url: str, client: aiohttp.ClientSession
) -> None:
    async with asyncio.timeout(10):
        asking = [asyncio.create_task(ask(client, url)) for _ in range(_AT_ONCE)]
        for _ in asking:
            await slow.begun.get()
        for place in (url, f"{url}?shard=1"):
            status, retry_after, answer = await ask(client, place)
            assert (status, retry_after, codes(answer)) == (503, "1", ["OVERLOADED"])
        slow.gate.set()
        assert await asyncio.gather(*asking) == [(200, None, {"data": {"n": 1}})] * _AT_ONCE
        assert (await ask(client, url))[0] == 200


@pytest.mark.parametrize(
    ("data", "errors", "status"),
    [
        (None, ["OVERLOADED"], 503),
        ({"a": None, "b": None}, ["OVERLOADED", "OVERLOADED"], 503),
        ({"a": None, "b": 1}, ["OVERLOADED"], 200),
        ({"a": None, "b": None}, ["OVERLOADED", "NOT_FOUND"], 200),
        ({"a": None}, [], 200),
    ],
)
async def test_an_answer_with_nothing_but_overload_is_503(
    slow: Slow, url: str, client: aiohttp.ClientSession, data: Any, errors: list[str], status: int
) -> None:
    slow.gate.set()
    slow.answer = {
        "data": data,
        "errors": [{"message": "…", "extensions": {"code": code}} for code in errors],
    }
    told = "1" if status == 503 else None
    assert await ask(client, url) == (status, told, slow.answer)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"query": 1}', '{"query": "{n}", "variables": 5}', "null"])
async def test_what_is_no_graphql_request_is_refused(
    slow: Slow, url: str, client: aiohttp.ClientSession, body: str
) -> None:
    async with client.post(url, data=body) as response:
        assert (response.status, codes(await response.json())) == (400, ["BAD_REQUEST"])
    assert slow.begun.empty()


async def test_what_is_too_large_is_refused(slow: Slow, url: str, client: aiohttp.ClientSession) -> None:
    for place in (url, f"{url}?shard=1"):
        async with client.post(place, data=b" " * (8 * 1024 * 1024 + 1)) as response:
            assert (response.status, codes(await response.json())) == (413, ["REQUEST_TOO_LARGE"])
    assert slow.begun.empty()


async def test_a_defect_is_masked(client: aiohttp.ClientSession) -> None:
    async def broken(_: SubgraphRequest) -> dict[str, Any]:
        raise RuntimeError("hunter2")

    async with served(create_subgraph_app(broken, checks={})) as base:
        status, _, answer = await ask(client, f"{base}/graphql")
    assert (status, codes(answer)) == (500, ["INTERNAL_SERVER_ERROR"])
    assert "hunter2" not in str(answer)


async def test_it_tells_how_it_is(slow: Slow, client: aiohttp.ClientSession) -> None:
    app = create_subgraph_app(slow, checks={}, documents={"/.well-known/jwks.json": {"keys": []}})
    async with served(app) as base:
        async with client.get(f"{base}/health/ready") as response:
            assert (response.status, await response.json()) == (200, {"status": "ready"})
        async with client.get(f"{base}/.well-known/jwks.json") as response:
            assert await response.json() == {"keys": []}
        async with client.get(f"{base}/graphql") as response:
            assert response.status == 405
