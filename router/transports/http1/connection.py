"""One socket to a subgraph, which carries one exchange at a time."""

from __future__ import annotations

import asyncio
import select
from typing import cast

from router.transports.http1.errors import ClosedError, Http1Error, ProtocolError, UnansweredError
from router.transports.http1.response_reader import RawAnswer, ResponseReader


class Connection(asyncio.Protocol):
    """Usable until anything goes wrong on it; whoever got an error, or was cancelled, has ended it thereby."""

    def __init__(self, loop: asyncio.AbstractEventLoop, max_response_bytes: int) -> None:
        self._loop = loop
        self._reader = ResponseReader(max_response_bytes)
        self._transport: asyncio.Transport | None = None
        self._readable: select.poll | None = None
        self._answered: asyncio.Future[None] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._exchanges = 0
        self._is_dropped = False
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self._is_dropped:
            self._transport.abort()
        elif transport.get_extra_info("ssl_object") is None:
            self._readable = select.poll()
            self._readable.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    async def exchange(self, message: bytes, deadline: float) -> RawAnswer:
        """Sends a request and reads its answer. Raises Http1Error, TimeoutError."""
        transport = self._transport
        if transport is None or self._is_dropped or transport.is_closing():
            raise ClosedError("closed")
        self._reader.begin()
        self._exchanges += 1
        self._answered = answered = self._loop.create_future()
        self._watch(deadline)
        transport.write(message)
        try:
            await answered
        except BaseException:
            self.drop()
            if answered.done() and not answered.cancelled():
                answered.exception()
            raise
        finally:
            self._answered = None
            del answered  # it knows its exception, which knows this frame
        return self._reader.take()

    @property
    def may_be_reused(self) -> bool:
        """After an exchange: it ended as it should, and nothing is left of it."""
        transport = self._transport
        return (
            transport is not None
            and not self._is_dropped
            and not transport.is_closing()
            and self._reader.is_complete
            and self._reader.keeps_alive
            and not transport.get_write_buffer_size()
        )

    @property
    def is_quiet(self) -> bool:
        """While idle: neither an end nor data nobody asked for, not even where the loop has not looked yet."""
        transport = self._transport
        if transport is None or self._is_dropped or transport.is_closing():
            return False
        # With TLS, session tickets and the like may come at any time.
        return self._readable is None or not self._readable.poll(0)

    def drop(self) -> None:
        """Ends it at once, without a word."""
        if self._is_dropped:
            return
        self._is_dropped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._transport is not None:
            self._transport.abort()
        self._reader.close()

    def data_received(self, data: bytes) -> None:
        if self._is_dropped:
            return
        if self._answered is None or self._answered.done():
            self._fail(ProtocolError("data that nobody asked for"))
            return
        try:
            is_complete = self._reader.feed(data)
        except Http1Error as error:
            self._fail(error)
            return
        if is_complete:
            self._answered.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            try:
                self._end(exc)
            except ClosedError as error:
                self._answered.set_exception(error)
            else:
                self._answered.set_result(None)
        self.drop()

    def _end(self, exc: Exception | None) -> None:
        """Raises ClosedError unless the end completes the answer."""
        if not self._reader.received_bytes and self._exchanges > 1:
            raise UnansweredError("closed when it was used again")
        if exc is not None:
            raise ClosedError(f"closed: {type(exc).__name__}")
        self._reader.finish()

    def _fail(self, error: Exception) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error)
        self.drop()

    def _watch(self, deadline: float) -> None:
        """One timer for many exchanges: a new deadline is later than the last, as a rule, and moves none."""
        self._deadline = deadline
        if self._timer is not None:
            if self._timer.when() <= deadline:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self._answered is None:
            return
        if self._loop.time() + 0.001 < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._on_timer)
        else:
            self._fail(TimeoutError())
