"""Servers that misbehave cost the exchange they misbehave in, and nothing after it."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from router.transports.http1 import Answer, Http1Error
from router.transports.http1.errors import (
    ClosedError,
    EncodingError,
    ProtocolError,
    TooLargeError,
    UnansweredError,
)
from tests.support.raw_http import Peer, Script, client_of, on_both_loops, raw_server, response, settle

_GOOD = response(b"good")
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def _first(*pieces: bytes, then_closes: bool = False) -> Script:
    """The first connection says this to its first request; whatever comes then is answered well."""

    async def script(peer: Peer) -> None:
        await peer.request()
        if peer.number == 0:
            for piece in pieces:
                await peer.say(piece)
                await asyncio.sleep(0)
            if then_closes:
                return
        else:
            await peer.say(_GOOD)
        while True:
            await peer.request()
            await peer.say(_GOOD)

    return script


@on_both_loops
async def test_an_answer_split_at_every_byte() -> None:
    chunked = _CHUNKED + b"4;x=y\r\ngood\r\n0\r\nX: y\r\n\r\n"
    messages = [_GOOD, chunked, b"HTTP/1.1 100 Continue\r\n\r\n" + _GOOD]
    cuts = [(message, place) for message in messages for place in range(1, len(message))]

    async def script(peer: Peer) -> None:
        for message, place in cuts:
            await peer.request()
            await peer.say(message[:place])
            await asyncio.sleep(0.0005)
            await peer.say(message[place:])

    async with raw_server(script) as server, client_of(server.url) as client:
        for _ in cuts:
            assert await client.ask() == Answer(200, b"good")
        assert server.accepted == 1


_FAILURES: dict[str, tuple[Script, type[Http1Error], bool]] = {
    "hangs up": (_first(then_closes=True), ClosedError, False),
    "garbage": (_first(b"\x16\x03\x01\x02\x00"), ProtocolError, False),
    "another protocol": (_first(b"SSH-2.0-OpenSSH_9.6\r\n"), ProtocolError, False),
    "a garbled status line": (_first(b"HTTP/1.1 two hundred\r\n\r\n"), ProtocolError, False),
    "half a head": (_first(b"HTTP/1.1 200 OK\r\nContent-", then_closes=True), ClosedError, False),
    "half a body": (_first(response(b"good")[:-2], then_closes=True), ClosedError, False),
    "a length too long": (_first(_GOOD.replace(b": 4", b": 5"), then_closes=True), ClosedError, False),
    "half a chunk": (_first(_CHUNKED + b"9\r\ngood", then_closes=True), ClosedError, False),
    "no last chunk": (_first(_CHUNKED + b"4\r\ngood\r\n", then_closes=True), ClosedError, False),
    "a broken chunk": (_first(_CHUNKED + b"xyz\r\n"), ProtocolError, False),
    "another protocol from here on": (
        _first(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"),
        ProtocolError,
        False,
    ),
    "only 100": (_first(b"HTTP/1.1 100 Continue\r\n\r\n", then_closes=True), ClosedError, False),
    "a long head": (_first(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000), TooLargeError, False),
    "a long body": (_first(response(b"x" * 1001)), TooLargeError, False),
    "a long body in chunks": (
        _first(_CHUNKED, *[b"100\r\n" + b"x" * 256 + b"\r\n"] * 4),
        TooLargeError,
        False,
    ),
    "a long body of gzip": (
        _first(response(gzip.compress(bytes(1001)), "Content-Encoding: gzip")),
        TooLargeError,
        True,
    ),
    "broken gzip": (_first(response(b"good", "Content-Encoding: gzip")), EncodingError, True),
    "an encoding nobody asked for": (_first(response(b"good", "Content-Encoding: br")), EncodingError, True),
}


@pytest.mark.parametrize(("script", "failure", "is_well_framed"), _FAILURES.values(), ids=_FAILURES.keys())
@on_both_loops
async def test_a_failure_ends_its_exchange_only(
    script: Script, failure: type[Http1Error], is_well_framed: bool
) -> None:
    async with (
        raw_server(script) as server,
        client_of(server.url, max_response_bytes=1000, connections=1) as client,
    ):
        with pytest.raises(failure):
            await client.ask(may_resend=True)
        for _ in range(3):
            assert await client.ask() == Answer(200, b"good")
        assert server.accepted == (1 if is_well_framed else 2)


@pytest.mark.parametrize("is_split", [False, True])
@on_both_loops
async def test_a_second_answer_is_never_given_to_anyone(is_split: bool) -> None:
    evil = response(b"evil")
    pieces = (_GOOD, evil) if is_split else (_GOOD + evil,)
    async with raw_server(_first(*pieces)) as server, client_of(server.url, connections=1) as client:
        assert await client.ask() == Answer(200, b"good")
        await asyncio.sleep(0.01)
        for _ in range(3):
            assert await client.ask() == Answer(200, b"good")
        assert server.accepted == 2


@on_both_loops
async def test_a_second_answer_that_the_loop_has_not_seen() -> None:
    """It lies in the socket's buffer when the next request is about to go out."""
    said = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.say(_GOOD)
        if peer.number == 0:
            await asyncio.sleep(0.02)
            peer.push(response(b"evil"))
            said.set()
            await peer.gone()

    async with raw_server(script) as server, client_of(server.url) as client:
        assert await client.ask() == Answer(200, b"good")
        await said.wait()
        assert await client.ask() == Answer(200, b"good")
        assert server.accepted == 2


@on_both_loops
async def test_a_length_too_short_gives_what_it_says_and_ends_the_connection() -> None:
    async with raw_server(_first(_GOOD.replace(b": 4", b": 3"))) as server, client_of(server.url) as client:
        assert await client.ask() == Answer(200, b"goo")
        assert await client.ask() == Answer(200, b"good")
        assert server.accepted == 2


@pytest.mark.parametrize("data", [_GOOD, response(b"x" * 400)])
@on_both_loops
async def test_slowness_has_an_end(data: bytes) -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        for place in range(len(data) if peer.number == 0 else 0):
            await peer.say(data[place : place + 1])
            await asyncio.sleep(0.02)
        await peer.say(_GOOD)

    async with raw_server(script) as server, client_of(server.url, timeout_s=0.3) as client:
        with pytest.raises(TimeoutError):
            await client.ask(may_resend=True)
        assert await client.ask() == Answer(200, b"good")
        assert server.accepted == 2


@on_both_loops
async def test_a_server_that_reads_nothing_has_an_end() -> None:
    async def script(peer: Peer) -> None:
        await asyncio.sleep(1)

    async with raw_server(script) as server, client_of(server.url, timeout_s=0.2) as client:
        with pytest.raises(TimeoutError):
            await client.ask(bytes(50_000_000))


@on_both_loops
async def test_an_answer_before_the_request_was_read_ends_the_connection() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(b"")
        if peer.number == 0:
            await peer.some()
            await peer.say(response(b"too large", status=413))
            await peer.gone()
        else:
            await peer.request()
            await peer.say(_GOOD)

    async with raw_server(script) as server, client_of(server.url) as client:
        assert await client.ask(bytes(50_000_000)) == Answer(413, b"too large")
        assert await client.ask() == Answer(200, b"good")
        await settle(lambda: server.open == 0)


def _races(count: int, *, resets: bool) -> Script:
    """Answers once, then closes when the next request comes; the first ``count`` connections do so."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.say(_GOOD)
        await peer.request()
        if peer.number >= count:
            await peer.say(_GOOD)
        elif resets:
            peer.reset()

    return script


@pytest.mark.parametrize("resets", [False, True])
@on_both_loops
async def test_a_query_is_sent_again_over_a_new_connection(resets: bool) -> None:
    async with raw_server(_races(1, resets=resets)) as server, client_of(server.url) as client:
        for _ in range(3):
            assert await client.ask(may_resend=True) == Answer(200, b"good")
        assert server.accepted == 2


@on_both_loops
async def test_what_has_effects_is_sent_once() -> None:
    async with raw_server(_races(1, resets=False)) as server, client_of(server.url) as client:
        assert await client.ask() == Answer(200, b"good")
        with pytest.raises(UnansweredError):
            await client.ask(may_resend=False)
        assert server.accepted == 1


@on_both_loops
async def test_nothing_is_sent_three_times() -> None:
    received = 0

    async def script(peer: Peer) -> None:
        nonlocal received
        await peer.request()
        if peer.number == 0:
            await peer.say(_GOOD)
            await peer.request()
        received += 1

    async with raw_server(script) as server, client_of(server.url) as client:
        assert await client.ask(may_resend=True) == Answer(200, b"good")
        with pytest.raises(ClosedError):
            await client.ask(may_resend=True)
        assert (server.accepted, received) == (2, 2)


@on_both_loops
async def test_half_an_answer_is_no_reason_to_send_again() -> None:
    received = 0

    async def script(peer: Peer) -> None:
        nonlocal received
        await peer.request()
        await peer.say(_GOOD)
        await peer.request()
        received += 1
        await peer.say(b"H")

    async with raw_server(script) as server, client_of(server.url) as client:
        assert await client.ask(may_resend=True) == Answer(200, b"good")
        with pytest.raises(ClosedError):
            await client.ask(may_resend=True)
        assert (server.accepted, received) == (1, 1)


@on_both_loops
async def test_a_connection_that_the_server_closed_is_not_used_even_for_what_has_effects() -> None:
    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.say(_GOOD)

    async with raw_server(script) as server, client_of(server.url) as client:
        for number in range(1, 50):
            assert await client.ask() == Answer(200, b"good")
            assert server.accepted == number
            await settle(lambda: server.open == 0)
