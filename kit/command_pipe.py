"""Commands of many callers on one connection to Valkey: what is sent in one turn of the event loop travels in one
packet, and answers come in the order of the commands.

The driver's pool costs a command five times as much: it borrows a connection, writes, waits and gives it back. Here
are the few commands that every request makes; for all others, blocking ones above all, there is the driver.
"""

from __future__ import annotations

import asyncio
from collections import deque
from hashlib import sha1
from typing import Any, Final, cast

import hiredis
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import SSLConnection, UnixDomainSocketConnection
from redis.exceptions import ConnectionError as ValkeyConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as ValkeyTimeoutError

_NOT_YET: Final = object()
_PAUSES_S: Final = (0.0, 0.02, 0.08, 0.3, 0.5)
Word = str | bytes | int | float


class Script:
    """Lua that the server runs as one step."""

    __slots__ = ("digest", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = sha1(text.encode(), usedforsecurity=False).hexdigest()


class CommandPipe:
    """Connects like ``pool``, when first used and again after a loss. ``timeout_s`` is how long an answer may take.

    A command whose answer got lost is sent again. Raises redis.exceptions.ConnectionError or TimeoutError when that
    does not help, ResponseError for what the server refuses. Belongs to one event loop.
    """

    def __init__(self, pool: ConnectionPool, *, timeout_s: float = 5.0) -> None:
        self._pool = pool
        self._timeout_s = timeout_s
        self._wire: _Wire | None = None
        self._connecting = asyncio.Lock()

    async def run(self, *command: Word) -> Any:
        """The answer as RESP 3 has it; text where it is some."""
        packed = _pack(*command)
        for pause in _PAUSES_S:
            try:
                return await self._send(packed)
            except (ValkeyConnectionError, ValkeyTimeoutError):
                await asyncio.sleep(pause)
        return await self._send(packed)

    async def run_script(self, script: Script, keys: list[str], arguments: list[Word]) -> Any:
        """What the script returns."""
        words = (len(keys), *keys, *arguments)
        try:
            return await self.run("EVALSHA", script.digest, *words)
        except ResponseError as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
        return await self.run("EVAL", script.text, *words)

    async def close(self) -> None:
        """What is under way fails."""
        if self._wire is not None:
            self._wire.close()

    async def _send(self, packed: bytes) -> Any:
        wire = self._wire
        if wire is None or wire.is_lost:
            wire = await self._connect()
        return await wire.send(packed)

    async def _connect(self) -> _Wire:
        async with self._connecting:
            if self._wire is None or self._wire.is_lost:
                self._wire = await self._open()
            return self._wire

    async def _open(self) -> _Wire:
        target: Any = self._pool.make_connection()  # type: ignore[no-untyped-call]  # never connected, it knows how
        loop, wire = asyncio.get_running_loop(), _Wire(self._timeout_s)
        try:
            async with asyncio.timeout(self._timeout_s):
                if isinstance(target, UnixDomainSocketConnection):
                    await loop.create_unix_connection(lambda: wire, target.path)
                else:
                    context = target.ssl_context.get() if isinstance(target, SSLConnection) else None
                    await loop.create_connection(lambda: wire, target.host, target.port, ssl=context)
                await _introduce(wire, target)
        except TimeoutError as error:
            wire.close()
            raise ValkeyTimeoutError("Valkey does not answer.") from error
        except OSError as error:
            raise ValkeyConnectionError(str(error)) from error
        return wire


async def _introduce(wire: _Wire, target: Any) -> None:
    login = ("AUTH", target.username or "default", target.password) if target.password else ()
    await wire.send(_pack("HELLO", 3, *login))
    if target.db:
        await wire.send(_pack("SELECT", target.db))


def _pack(*command: Word) -> bytes:
    packed: bytes = hiredis.pack_command(cast("Any", command))
    return packed


class _Wire(asyncio.Protocol):
    """One connection."""

    def __init__(self, timeout_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._timeout_s = timeout_s
        self._transport: asyncio.Transport
        self._reader = hiredis.Reader(
            encoding="utf-8",
            replyError=ResponseError,
            protocolError=ValkeyConnectionError,
            notEnoughData=_NOT_YET,
        )
        self._unsent: list[bytes] = []
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._moved_at = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._reason: Exception = ValkeyConnectionError("Valkey closed the connection.")
        self.is_lost = False

    def send(self, packed: bytes) -> asyncio.Future[Any]:
        """A future of the answer."""
        if self.is_lost:
            raise self._reason
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(packed)
        if not self._waiting:
            self._moved_at = self._loop.time()
            if self._watch is None:
                self._watch = self._loop.call_later(self._timeout_s, self._look)
        answer = self._loop.create_future()
        self._waiting.append(answer)
        return answer

    def close(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        reader, waiting = self._reader, self._waiting
        self._moved_at = self._loop.time()
        try:
            reader.feed(data)
            while (answer := reader.gets()) is not _NOT_YET:
                if isinstance(answer, hiredis.PushNotification):
                    continue
                future = waiting.popleft()
                if future.done():
                    continue  # nobody waits any more
                if isinstance(answer, ResponseError):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
        except (ValkeyConnectionError, IndexError) as error:
            self._reason = ValkeyConnectionError(f"Valkey sent what is no answer: {error}")
            self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.is_lost = True
        if error is not None:
            self._reason = ValkeyConnectionError(str(error))
        if self._watch is not None:
            self._watch.cancel()
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(self._reason)

    def _flush(self) -> None:
        packed, self._unsent = b"".join(self._unsent), []
        if not self.is_lost:
            self._transport.write(packed)

    def _look(self) -> None:
        """Gives the connection up when answers are due and none came for too long."""
        self._watch = None
        if not self._waiting:
            return
        rest_s = self._moved_at + self._timeout_s - self._loop.time()
        if rest_s > 0:
            self._watch = self._loop.call_later(rest_s, self._look)
        else:
            self._reason = ValkeyTimeoutError("Valkey does not answer.")
            self._transport.abort()
