"""Subscriptions over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from prometheus_client import REGISTRY
from websockets.asyncio.client import ClientConnection

from kit.eventually import eventually
from realtime.figures import RealtimeFigures
from realtime.gate import Gate
from router.engine import Engine
from tests.integration.realtime.conftest import Clock, Realtime, Start

TICKS = "subscription Ticks($channel: String!) { ticks(channel: $channel) { number mapped } }"
WIDE = "subscription Wide($channel: String!) { ticks(channel: $channel) { number filler } }"
MINE = "subscription Mine($channel: String!) { ticks(channel: $channel) { number seenBy } }"
ANY_TICKS = 'subscription { ticks(channel: "any") { number } }'
_DEADLINE_S = 20


async def send(socket: ClientConnection, type_: str, **content: Any) -> None:
    await socket.send(json.dumps({"type": type_, **content}))


async def receive(socket: ClientConnection) -> Any:
    async with asyncio.timeout(_DEADLINE_S):
        return json.loads(await socket.recv())


async def initialise(socket: ClientConnection, authorization: str | None = None) -> None:
    await send(socket, "connection_init", payload={"authorization": authorization} if authorization else {})
    assert await receive(socket) == {"type": "connection_ack"}


async def subscribe(
    socket: ClientConnection,
    realtime: Realtime,
    query: str = TICKS,
    *,
    id_: str = "1",
    channel: str | None = None,
) -> None:
    """Returns when the subscription is in place: messages of a socket are taken in order."""
    payload = {"query": query, "variables": {"channel": channel or realtime.channel}}
    await send(socket, "subscribe", id=id_, payload=payload)
    await send(socket, "ping")
    assert await receive(socket) == {"type": "pong"}


async def close_code(socket: ClientConnection) -> int:
    async with asyncio.timeout(_DEADLINE_S):
        await socket.wait_closed()
    assert socket.close_code is not None
    return socket.close_code


async def test_an_event_reaches_whoever_subscribed(start: Start) -> None:
    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket)
        await subscribe(socket, realtime)
        await realtime.publish(7)
        answer = await receive(socket)
    assert (answer["type"], answer["id"], answer["payload"]["data"]["ticks"]["number"]) == ("next", "1", 7)


async def test_equal_subscriptions_are_mapped_once_for_all_sockets(start: Start) -> None:
    async with start() as realtime, realtime.connect() as one, realtime.connect() as other:
        for socket in (one, other):
            await initialise(socket)
            await subscribe(socket, realtime)
        before = Clock.mapped
        await realtime.publish(1)
        answers = [await receive(one), await receive(other)]
    assert answers[0] == answers[1]
    assert Clock.mapped == before + 1


async def test_what_depends_on_the_viewer_is_mapped_for_each(start: Start) -> None:
    async with start() as realtime, realtime.connect() as one, realtime.connect() as other:
        people = [realtime.token(), realtime.token()]
        for socket, (token, _) in zip((one, other), people, strict=True):
            await initialise(socket, token)
            await subscribe(socket, realtime, MINE)
        await realtime.publish(1)
        seen = [(await receive(socket))["payload"]["data"]["ticks"]["seenBy"] for socket in (one, other)]
    assert seen == [user_id for _, user_id in people]


async def test_after_complete_nothing_comes_and_the_channel_is_given_up(start: Start) -> None:
    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket)
        await subscribe(socket, realtime)
        await send(socket, "complete", id="1")
        await subscribe(socket, realtime, id_="2", channel=f"{realtime.channel}-other")
        assert await _listeners(realtime) == 0
        await realtime.publish(1)
        await realtime.pubsub.publish(f"{realtime.channel}-other", {"type": "Ticked", "number": 2})
        answer = await receive(socket)
    assert (answer["id"], answer["payload"]["data"]["ticks"]["number"]) == ("2", 2)


async def test_a_socket_that_breaks_gives_everything_back(start: Start) -> None:
    async with start() as realtime:
        async with realtime.connect() as socket:
            await initialise(socket)
            await subscribe(socket, realtime)
            assert await _listeners(realtime) == 1
            socket.transport.abort()
        async with asyncio.timeout(_DEADLINE_S):
            while await _listeners(realtime):
                await asyncio.sleep(0.01)


async def test_an_event_that_fails_is_told_and_the_subscription_lives(start: Start) -> None:
    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket)
        await subscribe(socket, realtime)
        await realtime.publish(13)
        failed = await receive(socket)
        await realtime.publish(14)
        answer = await receive(socket)
    assert [error["extensions"]["code"] for error in failed["payload"]["errors"]] == ["INTERNAL_SERVER_ERROR"]
    assert "unlucky" not in json.dumps(failed)
    assert answer["payload"]["data"]["ticks"]["number"] == 14


@pytest.mark.parametrize(
    ("query", "channel", "code"),
    [
        ("subscription { nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", None, "GRAPHQL_PARSE_FAILED"),
        (TICKS, "forbidden", "FORBIDDEN"),
    ],
)
async def test_a_subscription_that_is_refused_ends_with_an_error(
    start: Start, query: str, channel: str | None, code: str
) -> None:
    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket)
        await send(socket, "subscribe", id="1", payload={"query": query, "variables": {"channel": channel}})
        answer = await receive(socket)
        assert (answer["type"], answer["id"]) == ("error", "1")
        assert [error["extensions"]["code"] for error in answer["payload"]] == [code]
        await subscribe(socket, realtime)


@pytest.mark.parametrize(("half", "query"), [("execute", "{ one }"), ("subscribe", ANY_TICKS)])
async def test_a_defect_of_ours_is_masked_and_the_socket_lives(
    start: Start, monkeypatch: pytest.MonkeyPatch, half: str, query: str
) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError("a secret")

    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket)
        with monkeypatch.context() as patched:
            patched.setattr(Engine, half, fail)
            await send(socket, "subscribe", id="1", payload={"query": query})
            answer = await receive(socket)
        await subscribe(socket, realtime)
    assert answer == {
        "type": "error",
        "id": "1",
        "payload": [
            {
                "message": "Something went wrong on our side.",
                "extensions": {"code": "INTERNAL_SERVER_ERROR"},
            }
        ],
    }


async def test_a_visitor_who_cannot_be_checked_is_told_that_it_is_our_fault(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError("the keys are out of reach")

    monkeypatch.setattr(Gate, "let_in", fail)
    async with start() as realtime, realtime.connect() as socket:
        await send(socket, "connection_init")
        assert await close_code(socket) == 4500


async def test_a_reason_longer_than_a_close_frame_is_cut(start: Start) -> None:
    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket)
        for _ in range(2):
            await send(socket, "subscribe", id="\N{GRINNING FACE}" * 64, payload={"query": ANY_TICKS})
        assert await close_code(socket) == 4409


async def test_queries_run_over_the_socket_too(start: Start) -> None:
    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket)
        await send(socket, "subscribe", id="q", payload={"query": "{ one }"})
        assert await receive(socket) == {"type": "next", "id": "q", "payload": {"data": {"one": 1}}}
        assert await receive(socket) == {"type": "complete", "id": "q"}


@pytest.mark.parametrize("how", ["complete", "close", "abort"])
async def test_whoever_gives_up_a_query_takes_its_work_along(start: Start, how: str) -> None:
    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket)
        for number in range(3):
            await send(socket, "subscribe", id=f"q{number}", payload={"query": "{ never }"})
        assert await eventually(_waits(3), within_s=5)
        if how == "complete":
            await send(socket, "complete", id="q1")
            assert await eventually(_waits(2), within_s=5)
            await send(socket, "subscribe", id="q1", payload={"query": "{ one }"})
            assert await receive(socket) == {"type": "next", "id": "q1", "payload": {"data": {"one": 1}}}
        elif how == "close":
            await socket.close()
        else:
            socket.transport.abort()
        if how != "complete":
            assert await eventually(_waits(0), within_s=5)
    assert await eventually(_waits(0), within_s=5)


def _waits(count: int) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        return Clock.waiting == count

    return is_so


async def test_a_bad_token_closes_with_4403(start: Start) -> None:
    async with start() as realtime, realtime.connect() as socket:
        await send(socket, "connection_init", payload={"authorization": "Bearer forged"})
        assert await close_code(socket) == 4403


async def test_a_socket_does_not_outlive_its_token(start: Start) -> None:
    async with start() as realtime, realtime.connect() as socket:
        await initialise(socket, realtime.token(seconds=2)[0])
        assert await close_code(socket) == 4403


async def test_init_must_come_in_time(start: Start) -> None:
    async with start(RealtimeFigures(init_timeout_s=0.1)) as realtime, realtime.connect() as socket:
        assert await close_code(socket) == 4408


async def test_another_subprotocol_is_not_accepted(start: Start) -> None:
    async with (
        start() as realtime,
        aiohttp.ClientSession() as session,
        session.ws_connect(realtime.url) as socket,
    ):
        message = await socket.receive(timeout=_DEADLINE_S)
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 4406)


async def test_a_slow_subscriber_is_cut_and_the_others_hear_everything(start: Start) -> None:
    figures = RealtimeFigures(outgoing_frames=4)
    async with (
        start(figures) as realtime,
        realtime.connect() as quick,
        realtime.connect(close_timeout=0.1) as slow,
    ):
        slow.transport.get_extra_info("socket").setsockopt(1, 8, 1024)
        for socket in (quick, slow):
            await initialise(socket)
            await subscribe(socket, realtime, WIDE)
        slow.transport.pause_reading()  # from now on it takes nothing
        filler = "x" * 400_000
        heard = 100
        async with asyncio.timeout(_DEADLINE_S):
            while _sockets() > 1:
                await realtime.publish(heard, filler=filler)
                answer = await receive(quick)
                assert answer["payload"]["data"]["ticks"]["number"] == heard
                heard += 1


async def test_a_server_that_goes_away_asks_clients_to_come_back(start: Start) -> None:
    async with start() as realtime:
        socket = await realtime.connect()
        await initialise(socket)
    assert await close_code(socket) == 1001


async def _listeners(realtime: Realtime) -> int:
    """How many connections listen to the channel, as Valkey says."""
    client: Any = realtime.pubsub._client
    return int((await client.pubsub_numsub(realtime.channel))[0][1])


def _sockets() -> int:
    return int(REGISTRY.get_sample_value("clipgraph_realtime_sockets") or 0)
