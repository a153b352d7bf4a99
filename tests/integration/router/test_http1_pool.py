"""Many exchanges at once over few connections: nobody gets another's answer, nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import random
import tracemalloc

import pytest

from router.transports.http1 import Answer, Http1Error
from router.transports.http1.connection import Connection
from router.transports.http1.errors import ConnectError, PoolClosedError
from tests.support.raw_http import Client, Peer, client_of, on_both_loops, raw_server, response, settle

_GOOD = response(b"good")


async def _echo(peer: Peer) -> None:
    while True:
        await peer.say(response(await peer.request()))


async def _fails(client: Client) -> bool:
    try:
        async with asyncio.timeout(0.02):
            await client.ask()
    except (Http1Error, TimeoutError):
        return True
    return False


def _live_connections() -> int:
    return sum(isinstance(thing, Connection) for thing in gc.get_objects())


@on_both_loops
async def test_ten_thousand_answers_go_to_whom_they_belong() -> None:
    dice = random.Random(7)
    most = 0

    async def script(peer: Peer) -> None:
        nonlocal most
        most = max(most, server.open)
        while True:
            body = await peer.request()
            if dice.random() < 0.3:
                await asyncio.sleep(dice.random() * 0.004)
            if dice.random() < 0.1:
                message = response(body)
                cut = dice.randrange(len(message))
                await peer.say(message[:cut])
                await asyncio.sleep(dice.random() * 0.004)
                await peer.say(message[cut:])
            else:
                await peer.say(response(body, *(["Connection: close"] if dice.random() < 0.01 else [])))

    async with raw_server(script) as server, client_of(server.url, connections=8, timeout_s=60) as client:

        async def ask(number: int) -> None:
            body = b"%d" % number
            assert await client.ask(body) == Answer(200, body)

        await asyncio.gather(*map(ask, range(10_000)))
    # The server may still be ending a connection whose successor it accepts.
    assert 8 <= most <= 10


@on_both_loops
async def test_whoever_leaves_takes_the_connection_along() -> None:
    dice = random.Random(11)

    async def script(peer: Peer) -> None:
        while True:
            body = await peer.request()
            await asyncio.sleep(dice.random() * 0.01)
            await peer.say(response(body))

    async with raw_server(script) as server, client_of(server.url, connections=8, timeout_s=30) as client:

        async def ask(number: int) -> int:
            body = b"%d" % number
            assert await client.ask(body, may_resend=True) == Answer(200, body)
            return number

        async def leave(number: int) -> None:
            task = asyncio.create_task(ask(number))
            await asyncio.sleep(dice.random() * 0.03)
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled() or task.result() == number

        for _ in range(20):
            await asyncio.gather(*map(leave, range(60)), *map(ask, range(60, 80)))
        async with asyncio.timeout(10):
            assert await asyncio.gather(*map(ask, range(16))) == list(range(16))
        await settle(lambda: server.open <= 8)


@on_both_loops
async def test_whoever_leaves_while_waiting_costs_nothing() -> None:
    release = asyncio.Event()

    async def script(peer: Peer) -> None:
        while True:
            body = await peer.request()
            await release.wait()
            await peer.say(response(body))

    async with raw_server(script) as server, client_of(server.url, connections=2) as client:
        tasks = [asyncio.create_task(client.ask(b"%d" % number)) for number in range(50)]
        await settle(lambda: server.open == 2)
        for task in tasks[2:48]:
            task.cancel()
        release.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        kept = [answer.body for answer in answers if isinstance(answer, Answer)]
        assert kept == [b"0", b"1", b"48", b"49"]
        assert server.accepted == 2


@on_both_loops
async def test_a_place_in_the_line_passes_on_when_its_owner_leaves_just_then() -> None:
    async with raw_server(_echo) as server, client_of(server.url, connections=1) as client:
        for turn in range(200):
            first = asyncio.create_task(client.ask(b"first"))
            second = asyncio.create_task(client.ask(b"second"))
            third = asyncio.create_task(client.ask(b"third"))
            first.add_done_callback(lambda _, second=second: second.cancel())  # type: ignore[misc]
            if turn % 2:
                await asyncio.sleep(0)
                first.cancel()
            await asyncio.wait({first, second, third})
            assert third.result().body == b"third"


@on_both_loops
async def test_the_line_moves_when_connections_break() -> None:
    async def script(peer: Peer) -> None:
        body = await peer.request()
        if peer.number % 2:
            await peer.say(response(body))

    async with raw_server(script) as server, client_of(server.url, connections=3) as client:
        answers = await asyncio.gather(*(client.ask() for _ in range(60)), return_exceptions=True)
        assert sum(isinstance(answer, Answer) for answer in answers) == 30
        assert sum(isinstance(answer, Http1Error) for answer in answers) == 30
        assert server.accepted == 60


@on_both_loops
async def test_the_line_moves_when_nobody_listens() -> None:
    async with raw_server(_echo) as server:
        url = server.url
    async with client_of(url, connections=2) as client:
        answers = await asyncio.gather(*(client.ask() for _ in range(20)), return_exceptions=True)
        assert [type(answer) for answer in answers] == [ConnectError] * 20


@on_both_loops
async def test_the_wait_in_line_counts() -> None:
    async def script(peer: Peer) -> None:
        await peer.gone()

    async with raw_server(script) as server, client_of(server.url, connections=1, timeout_s=0.2) as client:
        started = asyncio.get_running_loop().time()
        answers = await asyncio.gather(*(client.ask() for _ in range(10)), return_exceptions=True)
        assert all(isinstance(answer, TimeoutError) for answer in answers)
        assert asyncio.get_running_loop().time() - started < 1


@on_both_loops
async def test_idle_connections_end() -> None:
    async with raw_server(_echo) as server, client_of(server.url, idle_s=0.1) as client:
        await asyncio.gather(*(client.ask() for _ in range(5)))
        await settle(lambda: server.open == 0)
        await client.ask()
        assert server.accepted == 6


@on_both_loops
async def test_the_last_used_goes_first_so_that_the_others_can_end() -> None:
    async with raw_server(_echo) as server, client_of(server.url, idle_s=0.2) as client:
        await asyncio.gather(*(client.ask() for _ in range(5)))
        for _ in range(12):
            await client.ask()
            await asyncio.sleep(0.05)
        assert (server.accepted, server.open) == (5, 1)


@on_both_loops
async def test_a_closed_pool_lets_exchanges_end_and_sends_away_who_waits() -> None:
    release = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.request()
        await release.wait()
        await peer.say(_GOOD)
        await peer.gone()

    async with raw_server(script) as server, client_of(server.url, connections=1) as client:
        first, second = asyncio.create_task(client.ask()), asyncio.create_task(client.ask())
        await settle(lambda: server.open == 1)
        client.close()
        with pytest.raises(PoolClosedError):
            await second
        release.set()
        assert await first == Answer(200, b"good")
        await settle(lambda: server.open == 0)


@on_both_loops
async def test_memory_stays_flat() -> None:
    body = b"x" * 1000

    async with raw_server(_echo) as server, client_of(server.url, connections=8) as client:

        async def ask_often(count: int) -> int:
            for _ in range(count // 50):
                await asyncio.gather(*(client.ask(body) for _ in range(50)))
            gc.collect()
            return tracemalloc.get_traced_memory()[0]

        tracemalloc.start()
        try:
            before = await ask_often(500)
            after = await ask_often(3000)
        finally:
            tracemalloc.stop()
        assert after - before < 100_000


@on_both_loops
async def test_broken_connections_leave_nothing_behind() -> None:
    """Not even rings for the garbage collector."""

    async def script(peer: Peer) -> None:
        await peer.request()
        if peer.number % 3 == 0:
            await peer.say(b"garbage")
        elif peer.number % 3 == 1:
            await peer.gone()

    async with raw_server(script) as server, client_of(server.url) as client:
        gc.collect()
        gc.disable()
        try:
            for _ in range(60):
                assert await _fails(client)
            await settle(lambda: server.open == 0)
            await settle(lambda: _live_connections() == 0)
        finally:
            gc.enable()
