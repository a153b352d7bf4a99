"""Servers that say whatever a test wants over a raw connection, and both event loops to meet them on."""

from __future__ import annotations

import asyncio
import inspect
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
import uvloop

from router.transports.http1 import Answer, HttpFigures, Pool, RequestWriter, parse_target

_LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


def on_both_loops(test: Callable[..., Coroutine[Any, Any, None]]) -> Any:
    """Runs a coroutine test once on asyncio's own loop and once on uvloop, each in a thread of its own."""

    @wraps(test)
    def run(make_loop: Callable[[], asyncio.AbstractEventLoop], **arguments: Any) -> None:
        def in_thread() -> None:
            with asyncio.Runner(loop_factory=make_loop) as runner:
                runner.run(test(**arguments))

        with ThreadPoolExecutor(1) as thread:
            thread.submit(in_thread).result()

    own = inspect.signature(test)
    loop = inspect.Parameter("make_loop", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    run.__signature__ = own.replace(parameters=[loop, *own.parameters.values()])  # type: ignore[attr-defined]
    return pytest.mark.parametrize("make_loop", _LOOPS.values(), ids=_LOOPS.keys())(run)


class Peer:
    """One connection, as its server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self._reader = reader
        self._writer = writer
        self.number = number
        """0 for the first connection."""

    async def request(self) -> bytes:
        """The body of the next request. Raises IncompleteReadError when the client is gone."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        [length] = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return await self._reader.readexactly(int(length.partition(b":")[2]))

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def gone(self) -> bytes:
        """What came until the client hung up."""
        try:
            return await self._reader.read()
        except ConnectionError:
            return b""

    def push(self, data: bytes) -> None:
        """Straight into the socket, behind the back of the loop."""
        self._writer.get_extra_info("socket").dup().send(data)

    async def some(self) -> bytes:
        """Part of a request."""
        return await self._reader.read(100)

    def hang_up(self) -> None:
        self._writer.close()

    def reset(self) -> None:
        self._writer.transport.abort()


Script = Callable[[Peer], Awaitable[None]]
"""What a server does on one connection; it is closed when the script ends."""


class RawServer:
    """``url`` leads there; ``accepted`` counts connections, ``open`` those not closed yet."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.url = ""
        self.accepted = 0
        self.open = 0
        self.failures: list[BaseException] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = self.accepted
        self.accepted += 1
        self.open += 1
        try:
            await self._script(Peer(reader, writer, number))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client hung up, which is its good right
        except Exception as error:
            self.failures.append(error)
            raise
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def raw_server(
    script: Script, *, unix_path: Path | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """On a free port of 127.0.0.1, or on a Unix socket. A script that fails fails the test."""
    raw = RawServer(script)
    if unix_path is not None:
        server = await asyncio.start_unix_server(raw.serve, unix_path)
        raw.url = f"unix://{unix_path}?path=/graphql"
    else:
        server = await asyncio.start_server(raw.serve, "127.0.0.1", 0, ssl=tls, backlog=1024)
        scheme = "http" if tls is None else "https"
        raw.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql"
    try:
        yield raw
    finally:
        server.close()
        assert raw.failures == []


class Client:
    """A pool with the writer that belongs to it."""

    def __init__(self, url: str, figures: HttpFigures, tls: ssl.SSLContext | None = None) -> None:
        target = parse_target(url)
        self._writer = RequestWriter(target)
        self._pool = Pool(target, figures, tls)

    async def ask(self, body: bytes = b"{}", *, may_resend: bool = False) -> Answer:
        return await self._pool.exchange(self._writer.write({}, body), may_resend=may_resend)

    def close(self) -> None:
        self._pool.close()


@asynccontextmanager
async def client_of(url: str, *, tls: ssl.SSLContext | None = None, **figures: Any) -> AsyncIterator[Client]:
    client = Client(url, HttpFigures(**{"timeout_s": 5.0, **figures}), tls)
    try:
        yield client
    finally:
        client.close()


def response(body: bytes, *headers: str, status: int = 200) -> bytes:
    lines = [f"HTTP/1.1 {status} As You Like", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def settle(condition: Callable[[], bool]) -> None:
    """Returns when it holds; raises TimeoutError."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)
