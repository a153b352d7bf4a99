"""Who takes a connection that several could."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kit.workers import accepting
from kit.workers.accepting import SharedListener
from kit.workers.board import Board


class Taker:
    """One of those who share a socket; its connections stay open."""

    def __init__(self, listener: socket.socket, board: Board) -> None:
        self.transports: list[asyncio.BaseTransport] = []
        self.server = SharedListener(listener, lambda: _Kept(self.transports), board, self.count)

    def count(self) -> int:
        return len(self.transports)


class _Kept(asyncio.Protocol):
    def __init__(self, transports: list[asyncio.BaseTransport]) -> None:
        self._transports = transports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transports.append(transport)
        transport.write(b"!")  # type: ignore[attr-defined]


@pytest.fixture
def listener() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield opened


@asynccontextmanager
async def taking(folder: Path, *listeners: socket.socket) -> AsyncIterator[list[Taker]]:
    Board.create(folder / "board", len(listeners))
    takers = [Taker(each, Board(folder / "board", number)) for number, each in enumerate(listeners, start=1)]
    try:
        yield takers
    finally:
        for taker in takers:
            taker.server.close()
            await taker.server.wait_closed()
            for transport in taker.transports:
                transport.close()


async def connect(listener: socket.socket) -> asyncio.StreamWriter:
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    async with asyncio.timeout(10):
        assert await reader.readexactly(1) == b"!"
    return writer


async def test_whoever_has_fewest_takes_the_next(listener: socket.socket, tmp_path: Path) -> None:
    async with taking(tmp_path, listener.dup(), listener.dup()) as (one, other):
        clients = [await connect(listener) for _ in range(20)]
        clients += await asyncio.gather(*(connect(listener) for _ in range(20)))
        assert one.count() + other.count() == 40
        # Who lets the other go first may find the next one taken, too.
        assert min(one.count(), other.count()) >= 15
        for client in clients:
            client.close()


async def test_nobody_waits_for_one_that_is_not_there(listener: socket.socket, tmp_path: Path) -> None:
    async with taking(tmp_path, listener.dup(), listener.dup()) as (one, other):
        other.server.close()
        clients = await asyncio.gather(*(connect(listener) for _ in range(20)))
        assert (one.count(), other.count()) == (20, 0)
        for client in clients:
            client.close()


async def test_a_system_that_refuses_is_asked_again(
    listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepting, "_PAUSE_S", 0.01)
    refusals = 3

    class Refused(socket.socket):
        def accept(self) -> Any:
            nonlocal refusals
            if refusals:
                refusals -= 1
                raise OSError(errno.EMFILE, "no descriptor left")
            return super().accept()

    refused = Refused(fileno=listener.dup().detach())
    async with taking(tmp_path, refused) as (taker,):
        (await connect(listener)).close()
        assert (refusals, taker.count()) == (0, 1)
