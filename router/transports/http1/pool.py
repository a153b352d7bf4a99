"""All connections to one subgraph."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import NamedTuple

from router.transports.http1.connect import connect, make_tls
from router.transports.http1.connection import Connection
from router.transports.http1.decode_body import decode_body
from router.transports.http1.errors import PoolClosedError, UnansweredError
from router.transports.http1.figures import HttpFigures
from router.transports.http1.target import Target


class Answer(NamedTuple):
    """Of whatever status; the body is decoded."""

    status: int
    body: bytes
    cache_control: bytes = b""
    vary: bytes = b""


class Pool:
    """Keeps connections alive, the last used first, and as many as ``figures`` allow; who finds none waits in line.

    Belongs to the running loop.
    """

    def __init__(self, target: Target, figures: HttpFigures, tls: ssl.SSLContext | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._target = target
        self._figures = figures
        self._tls = (tls or make_tls()) if target.is_tls else None
        self._idle: deque[Connection] = deque()
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._taken_slots = 0
        self._sweeper: asyncio.TimerHandle | None = None
        self._is_closed = False

    async def exchange(self, message: bytes, *, may_resend: bool, timeout_s: float | None = None) -> Answer:
        """Sends a request as ``RequestWriter`` wrote it; ``timeout_s`` stands in for that of the figures. Raises
        Http1Error, TimeoutError.

        A server may close an idle connection just when it is used again. Then, and if not a byte of an answer came,
        the request is sent once more over a new connection, provided that the caller says ``may_resend``.
        """
        deadline = self._loop.time() + (self._figures.timeout_s if timeout_s is None else timeout_s)
        connection = self._take_idle() or await self._wait(deadline)
        try:
            return await self._use(connection, message, deadline)
        except UnansweredError:
            if not may_resend:
                raise
        # Whatever made the server close one makes it close the others.
        self._close_idle()
        connection = self._take_idle() or await self._wait(deadline)
        return await self._use(connection, message, deadline)

    def close(self) -> None:
        """Exchanges under way go on to their end; who waits for a connection gets PoolClosedError."""
        self._is_closed = True
        self._close_idle()
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(PoolClosedError("closed while waiting for a connection"))
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    async def _use(self, connection: Connection, message: bytes, deadline: float) -> Answer:
        try:
            raw = await connection.exchange(message, deadline)
        finally:
            self._give_back(connection)
        body = decode_body(raw.encoding, raw.body, self._figures.max_response_bytes)
        return Answer(raw.status, body, raw.cache_control, raw.vary)

    def _take_idle(self) -> Connection | None:
        oldest = self._loop.time() - self._figures.idle_s
        while self._idle:
            connection = self._idle.pop()
            if connection.idle_since > oldest and connection.is_quiet:
                return connection
            self._end(connection)
        return None

    async def _wait(self, deadline: float) -> Connection:
        """A new connection if there may be one more, otherwise the next that becomes free."""
        if self._taken_slots < self._figures.connections:
            self._taken_slots += 1
            return await self._open(deadline)
        waiter: asyncio.Future[Connection | None] = self._loop.create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout_at(deadline):
                connection = await waiter
        except BaseException:
            self._decline(waiter)
            raise
        if connection is not None and connection.is_quiet:
            return connection
        if connection is not None:
            connection.drop()
        return await self._open(deadline)

    def _decline(self, waiter: asyncio.Future[Connection | None]) -> None:
        """Whoever waited is gone; what it was given meanwhile goes to the next."""
        if not waiter.done():
            waiter.cancel()
        elif not waiter.cancelled() and waiter.exception() is None:
            connection = waiter.result()
            if connection is None:
                self._free_slot()
            else:
                self._give_back(connection)

    async def _open(self, deadline: float) -> Connection:
        """In a slot that the caller has taken; freed again if there is no connection."""
        connection = Connection(self._loop, self._figures.max_response_bytes)
        soon = min(deadline, self._loop.time() + self._figures.connect_timeout_s)
        try:
            return await connect(self._target, lambda: connection, self._tls, soon)
        except BaseException:
            self._end(connection)
            raise

    def _give_back(self, connection: Connection) -> None:
        if self._is_closed or not connection.may_be_reused:
            self._end(connection)
            return
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        connection.idle_since = self._loop.time()
        self._idle.append(connection)
        if self._sweeper is None:
            self._sweep_at(connection.idle_since + self._figures.idle_s)

    def _end(self, connection: Connection) -> None:
        connection.drop()
        self._free_slot()

    def _free_slot(self) -> None:
        """The slot passes to whoever waits, with leave to open a connection."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._taken_slots -= 1

    def _close_idle(self) -> None:
        while self._idle:
            self._end(self._idle.pop())

    def _sweep_at(self, time: float) -> None:
        self._sweeper = self._loop.call_at(time, self._sweep)

    def _sweep(self) -> None:
        """Closes what has been idle for too long; comes again while anything is idle."""
        self._sweeper = None
        oldest = self._loop.time() - self._figures.idle_s + 0.001
        while self._idle and self._idle[0].idle_since <= oldest:
            self._end(self._idle.popleft())
        if self._idle:
            self._sweep_at(self._idle[0].idle_since + self._figures.idle_s)
