"""An HTTP server that answers whatever a test puts on the wire, well-formed or not."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

Behaviour = Callable[[asyncio.StreamWriter, Mapping[str, Any]], Awaitable[None]]
"""Writes the answer to one GraphQL request; the connection is closed when it says so with ``writer.close()``."""


class Wire:
    """``url`` answers every POST by ``behaviour``, which a test may exchange at any time."""

    def __init__(self, port: int, behaviour: Behaviour) -> None:
        self.url = f"http://127.0.0.1:{port}/graphql"
        self.behaviour = behaviour
        self.requests: list[dict[str, Any]] = []
        self.closed = asyncio.Event()
        """Set at the end of the test, so that behaviours that never answer can end."""
        self._serving: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def close(self) -> None:
        """Ends what is still being answered, so that nothing of this test shows up in the next one."""
        self.closed.set()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                request = json.loads(await reader.readexactly(_content_length(head)))
                self.requests.append(request)
                await self.behaviour(writer, request)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the router hung up, which is its good right
        finally:
            writer.close()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


@asynccontextmanager
async def wired(behaviour: Behaviour) -> AsyncIterator[Wire]:
    """A server on a free port, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    wire = Wire(listener.getsockname()[1], behaviour)
    server = await asyncio.start_server(wire.accept, sock=listener)
    try:
        yield wire
    finally:
        server.close()
        await wire.close()


def message(body: bytes, status: int = 200, **headers: str) -> bytes:
    """A well-formed HTTP response; header names are written with underscores."""
    fields = {"content_type": "application/json", "content_length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    head = "\r\n".join([f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *lines])
    return head.encode() + b"\r\n\r\n" + body


def puts(data: bytes, *, then_closes: bool = False) -> Behaviour:
    """These very bytes."""

    async def behave(writer: asyncio.StreamWriter, _: Mapping[str, Any]) -> None:
        writer.write(data)
        if then_closes:
            writer.close()

    return behave


def answers(body: Any, status: int = 200, **headers: str) -> Behaviour:
    """JSON."""
    return puts(message(json.dumps(body).encode(), status, **headers))
