"""A socket is no way around what the gateway asks of operations."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection

from router.configuration import RouterConfiguration
from router.configuration.model import (
    Apq,
    Authorization,
    ClientRateLimits,
    DemandControl,
    DemandStrategy,
    IncludeSubgraphErrors,
    PersistedQueries,
    RateLimit,
    RouterTraffic,
    Safelist,
    StaticEstimated,
    Supergraph,
    TrafficShaping,
)
from router.configuration.values import Duration
from tests.integration.realtime.conftest import Start
from tests.integration.realtime.test_server import TICKS, initialise, receive, send, subscribe

ONE = "{ one }"
ANSWER = {"data": {"one": 1}}


async def ask(socket: ClientConnection, payload: dict[str, Any]) -> Any:
    """The payload of the answer, or the codes of what was refused."""
    await send(socket, "subscribe", id="q", payload=payload)
    answer = await receive(socket)
    if answer["type"] == "error":
        return [error["extensions"]["code"] for error in answer["payload"]]
    assert await receive(socket) == {"type": "complete", "id": "q"}
    return answer["payload"]


def limited(capacity: int) -> RouterConfiguration:
    limit = RateLimit(capacity, Duration(3600))
    router = RouterTraffic(client_rate_limits=ClientRateLimits(anonymous=limit, authenticated=limit))
    return RouterConfiguration(traffic_shaping=TrafficShaping(router=router))


async def test_operations_count_for_the_client_not_the_socket(start: Start) -> None:
    async with (
        start(configuration=limited(2)) as realtime,
        realtime.connect() as first,
        realtime.connect() as second,
        realtime.connect() as other,
    ):
        await initialise(first)
        await initialise(second)
        await initialise(other, realtime.token()[0])
        assert await ask(first, {"query": ONE}) == ANSWER
        await subscribe(second, realtime)
        assert await ask(first, {"query": ONE}) == ["RATE_LIMITED"]
        assert await ask(other, {"query": ONE}) == ANSWER


async def test_a_trusted_proxy_says_whom_it_speaks_for(start: Start) -> None:
    async with start(configuration=limited(1), proxies="127.0.0.0/8") as realtime:
        outcomes = []
        for client in ("1.1.1.1", "2.2.2.2", "1.1.1.1"):
            async with realtime.connect(additional_headers={"x-forwarded-for": client}) as socket:
                await initialise(socket)
                outcomes.append(await ask(socket, {"query": ONE}))
    assert outcomes == [ANSWER, ANSWER, ["RATE_LIMITED"]]


async def test_what_costs_too_much_is_refused(start: Start) -> None:
    strategy = DemandStrategy(static_estimated=StaticEstimated(max=0.5))
    configuration = RouterConfiguration(demand_control=DemandControl(True, "enforce", strategy))
    async with start(configuration=configuration) as realtime, realtime.connect() as socket:
        await initialise(socket)
        payload = {"query": TICKS, "variables": {"channel": realtime.channel}}
        assert await ask(socket, payload) == ["COST_ESTIMATED_TOO_EXPENSIVE"]
        assert await ask(socket, {"query": ONE}) == ANSWER


async def test_only_trusted_documents_run_where_that_is_wanted(start: Start, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"one": ONE}))
    trusted = PersistedQueries(True, (manifest,), Safelist(enabled=True))
    configuration = RouterConfiguration(persisted_queries=trusted, apq=Apq(enabled=False))
    async with start(configuration=configuration) as realtime, realtime.connect() as socket:
        await initialise(socket)
        assert await ask(socket, {"query": "{ two: one }"}) == ["QUERY_NOT_IN_SAFELIST"]
        assert await ask(socket, {"query": "{one}"}) == ANSWER
        assert await ask(socket, {"documentId": "one"}) == ANSWER
        assert await ask(socket, {"documentId": "two"}) == ["PERSISTED_QUERY_NOT_IN_LIST"]


async def test_documents_may_be_named_by_their_hash(start: Start) -> None:
    digest = hashlib.sha256(ONE.encode()).hexdigest()
    named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}
    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket)
        assert await ask(socket, named) == ["PERSISTED_QUERY_NOT_FOUND"]
        assert await ask(socket, {**named, "query": ONE}) == ANSWER
        assert await ask(socket, named) == ANSWER


async def test_what_is_hidden_from_http_is_hidden_here(start: Start) -> None:
    configuration = RouterConfiguration(
        supergraph=Supergraph(introspection=False),
        include_subgraph_errors=IncludeSubgraphErrors(all=False),
    )
    async with start(configuration=configuration) as realtime, realtime.connect() as socket:
        await initialise(socket)
        assert await ask(socket, {"query": "{ __schema { description } }"}) == ["INTROSPECTION_DISABLED"]
        await subscribe(socket, realtime)
        await realtime.publish(13)
        [error] = (await receive(socket))["payload"]["errors"]
    assert error["message"] == "Subgraph errors redacted"


async def test_strangers_are_refused_where_one_must_be_known(start: Start) -> None:
    configuration = RouterConfiguration(authorization=Authorization(require_authentication=True))
    async with (
        start(configuration=configuration) as realtime,
        realtime.connect() as stranger,
        realtime.connect() as known,
    ):
        await initialise(stranger)
        await initialise(known, realtime.token()[0])
        assert await ask(stranger, {"query": ONE}) == ["UNAUTHENTICATED"]
        assert await ask(known, {"query": ONE}) == ANSWER
