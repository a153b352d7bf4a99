"""The server's short way, on real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from kit import http_protocol, proxies
from kit.http_protocol import DirectExchange
from tests.support.ports import served

JSON = {"content-type": "application/json"}


class Echo:
    """Answers with the body; ``wait`` in it waits until the test says so, or the client goes."""

    direct_path = b"/echo"
    max_body_bytes = 1000

    def __init__(self) -> None:
        self.begun: asyncio.Queue[bytes] = asyncio.Queue()
        self.go_on = asyncio.Event()
        self.cancelled: list[bytes] = []

    async def answer(self, _scope: Any, body: bytes | None, exchange: DirectExchange) -> None:
        """See Direct."""
        if body is None:
            await exchange.reply(413, {**JSON, "connection": "close"}, b"too large")
            return
        self.begun.put_nowait(body)
        try:
            if body.startswith(b"wait"):
                await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled.append(body)
            raise
        if body == b"break":
            raise RuntimeError("broken")
        headers = {"x-split": "a\r\nset-cookie: b"} if body == b"split" else JSON
        await exchange.reply(200, headers, body)

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        path: bytes = scope["raw_path"]
        self.begun.put_nowait(path)
        try:
            if path == b"/wait":
                await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled.append(path)
            raise
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["method"].encode()})


class Peer:
    """A raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def answer(self) -> tuple[int, bytes]:
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if line)
        if b"content-length" not in lines:
            assert lines[b"transfer-encoding"] == b"chunked"
            body = (await self.reader.readuntil(b"0\r\n\r\n")).split(b"\r\n")[1]
        else:
            body = await self.reader.readexactly(int(lines[b"content-length"]))
        return int(head.split()[1]), body


def post(body: bytes, more: bytes = b"") -> bytes:
    return b"POST /echo HTTP/1.1\r\nhost: a\r\n%scontent-length: %d\r\n\r\n%s" % (more, len(body), body)


@pytest.fixture
async def echo() -> Echo:
    return Echo()


@pytest.fixture
async def port(echo: Echo) -> AsyncIterator[int]:
    async with served(echo) as url:
        yield urlsplit(url).port or 0


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Peer]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(20):
            yield Peer(reader, writer)
    finally:
        writer.close()


async def test_what_is_sent_at_once_is_answered_in_order(port: int, echo: Echo) -> None:
    get = b"GET /other HTTP/1.1\r\nhost: a\r\n\r\n"
    async with connected(port) as peer:
        peer.writer.write(post(b"wait 1") + get + post(b"2") + post(b"3") + get)
        assert await echo.begun.get() == b"wait 1"
        assert echo.begun.empty()
        echo.go_on.set()
        answers = [await peer.answer() for _ in range(5)]
        assert answers == [(200, b"wait 1"), (200, b"GET"), (200, b"2"), (200, b"3"), (200, b"GET")]


@pytest.mark.parametrize("size", [1, 7, 40])
async def test_a_request_may_come_in_pieces(port: int, size: int) -> None:
    message = post(b"chunks" * 20)
    async with connected(port) as peer:
        for start in range(0, len(message), size):
            peer.writer.write(message[start : start + size])
            await peer.writer.drain()
        assert await peer.answer() == (200, b"chunks" * 20)


async def test_a_client_that_goes_takes_its_work_along(port: int, echo: Echo) -> None:
    async with connected(port) as peer:
        peer.writer.write(post(b"wait") + post(b"later"))
        assert await echo.begun.get() == b"wait"
    async with asyncio.timeout(20), connected(port) as other:
        while not echo.cancelled:
            other.writer.write(post(b"next"))
            assert await other.answer() == (200, b"next")
    assert echo.cancelled == [b"wait"]
    assert [await echo.begun.get()] == [b"next"]


async def test_a_client_that_goes_takes_its_work_along_the_long_way_too(
    port: int, echo: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(port) as gone:
        gone.writer.write(b"GET /wait HTTP/1.1\r\nhost: a\r\n\r\n")
        assert await echo.begun.get() == b"/wait"
    async with asyncio.timeout(5):
        while not echo.cancelled:
            await asyncio.sleep(0)
    assert echo.cancelled == [b"/wait"]
    assert not caplog.records
    async with connected(port) as next_one:
        next_one.writer.write(b"GET /other HTTP/1.1\r\nhost: a\r\n\r\n")
        assert (await next_one.answer())[0] == 200


async def test_a_body_that_is_too_large_is_refused_before_its_end(port: int) -> None:
    async with connected(port) as peer:
        peer.writer.write(b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n" + b"x" * 2000)
        assert await peer.answer() == (413, b"too large")
        assert await peer.reader.read() == b""


async def test_who_asks_whether_to_go_on_is_told(port: int) -> None:
    async with connected(port) as peer:
        head, _, body = post(b"body", b"expect: 100-continue\r\n").partition(b"\r\n\r\n")
        peer.writer.write(head + b"\r\n\r\n")
        assert await peer.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        peer.writer.write(body)
        assert await peer.answer() == (200, b"body")


@pytest.mark.parametrize("body", [b"break", b"split"])
async def test_what_goes_wrong_ends_the_connection_and_no_more(port: int, body: bytes) -> None:
    async with connected(port) as peer:
        peer.writer.write(post(body))
        assert await peer.reader.read() == b""
    async with connected(port) as peer:
        peer.writer.write(post(b"next"))
        assert await peer.answer() == (200, b"next")


@pytest.mark.parametrize(
    "request_", [post(b"x", b"connection: close\r\n"), post(b"x").replace(b"1.1", b"1.0")]
)
async def test_who_wants_one_answer_is_left_after_it(port: int, request_: bytes) -> None:
    async with connected(port) as peer:
        peer.writer.write(request_)
        answer = await peer.reader.read()
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"\r\nconnection: close\r\n" in answer


async def test_who_stays_silent_is_left(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between requests without a word, within one with the reason; never while an answer is made."""
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT_S", 0.3)
    monkeypatch.setattr(http_protocol, "BODY_TIMEOUT_S", 0.2)
    monkeypatch.setattr(http_protocol, "IDLE_TIMEOUT_S", 0.2)
    async with connected(port) as peer:
        peer.writer.write(post(b"1"))
        assert await peer.answer() == (200, b"1")
        assert await peer.reader.read() == b""
    async with connected(port) as peer:
        peer.writer.write(post(b"12345")[:-2])
        assert b"REQUEST_TIMEOUT" in await peer.reader.read()


async def test_an_answer_may_take_longer_than_a_request(
    port: int, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HEAD_TIMEOUT_S", "BODY_TIMEOUT_S", "IDLE_TIMEOUT_S"):
        monkeypatch.setattr(http_protocol, name, 0.05)
    async with connected(port) as peer:
        peer.writer.write(post(b"wait"))
        # Another connection runs into all three meanwhile.
        async with connected(port) as other:
            assert b"REQUEST_TIMEOUT" in await other.reader.read()
        echo.go_on.set()
        assert await peer.answer() == (200, b"wait")


async def test_a_trusted_proxy_says_whom_it_speaks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    class Listener(Echo):
        async def answer(self, scope: Any, body: bytes | None, exchange: DirectExchange) -> None:
            seen.append(scope["client"][0])
            await super().answer(scope, body, exchange)

    forwarded = b"x-forwarded-for: 6.6.6.6, 1.2.3.4\r\n"
    for trusted in ("", "10.0.0.0/8", "127.0.0.1"):
        monkeypatch.setenv(proxies.VARIABLE, trusted)
        async with served(Listener()) as url, connected(urlsplit(url).port or 0) as peer:
            peer.writer.write(post(b"1", forwarded))
            assert await peer.answer() == (200, b"1")
    assert seen == ["127.0.0.1", "127.0.0.1", "1.2.3.4"]
