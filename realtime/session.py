"""One socket: what comes in goes through the protocol, what goes out waits in a queue of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed

from kit.telemetry import get_logger
from realtime import metrics
from realtime.broker import Broker
from realtime.figures import RealtimeFigures
from realtime.gate import Gate, Visitor
from realtime.protocol import (
    Action,
    Authenticate,
    Close,
    CloseCode,
    Connection,
    Operation,
    Send,
    Start,
    Stop,
    next_frame,
)
from router.core.operation import OperationError
from router.engine import Prepared
from router.pipeline.messages import InvalidTokenError

_log = get_logger("realtime")
_REASON_BYTES_MAX = 123  # RFC 6455: a control frame carries 125 bytes, two of them the code


class Session:
    """Runs until its socket closes. ``number`` is unique in the process."""

    def __init__(
        self, number: int, socket: ServerConnection, broker: Broker, gate: Gate, figures: RealtimeFigures
    ) -> None:
        self.number = number
        self._socket = socket
        self._broker = broker
        self._gate = gate
        self._figures = figures
        self._connection = Connection(figures.operations_per_socket)
        self._visitor: Visitor | None = None
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue(figures.outgoing_frames)
        self._executing: dict[str, asyncio.Task[None]] = {}
        self._subscribed: set[str] = set()
        self._timers: list[asyncio.TimerHandle] = []
        self._closing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until either side closes. Whatever the socket held is given back."""
        writer = asyncio.create_task(self._write())
        self._after(self._figures.init_timeout_s, self._on_init_timeout)
        try:
            async for message in self._socket:
                await self._carry_out(self._connection.receive(message))
        except ConnectionClosed:
            _log.debug("socket_broke", socket=self.number)
        except Exception:  # noqa: BLE001 - the client learns that it was our fault
            _log.exception("socket_failed", socket=self.number)
            self.close(CloseCode.INTERNAL_SERVER_ERROR, "Internal server error")
        finally:
            writer.cancel()
            for timer in self._timers:
                timer.cancel()
            for task in self._executing.values():
                task.cancel()
            for operation_id in list(self._subscribed):
                await self._end(operation_id)
            if self._closing is not None:
                await self._closing

    def tell(self, operation_id: str, payload: bytes) -> None:
        """An encoded response for a running operation. Cuts the socket when its queue is full; never waits."""
        if self._connection.is_running(operation_id):
            self._put(next_frame(operation_id, payload))

    def close(self, code: CloseCode, reason: str) -> None:
        """Begins to close; ``run`` returns when it is done."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(code, _fit(reason)))

    async def _close(self, code: CloseCode, reason: str) -> None:
        """A client that doesn't read won't read why either: it is dropped after a moment."""
        try:
            async with asyncio.timeout(self._figures.close_timeout_s):
                await self._socket.close(code, reason)
        except TimeoutError:
            self._socket.transport.abort()

    async def _carry_out(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Send(data):
                    self._put(data)
                case Close(code, reason):
                    await self._flush()
                    self.close(code, reason)
                case Authenticate(payload):
                    await self._authenticate(payload)
                case Start(operation):
                    await self._start(operation)
                case Stop(operation_id):
                    await self._stop(operation_id)

    async def _authenticate(self, payload: Any) -> None:
        headers = self._socket.request.headers if self._socket.request else Headers()
        address = self._socket.remote_address
        peer = address[0] if address else None
        try:
            visitor = await self._gate.let_in(
                payload,
                headers.get("authorization"),
                self._gate.proxies.client(peer, headers.get_all("x-forwarded-for")),
            )
        except InvalidTokenError as error:
            await self._carry_out(self._connection.refuse(str(error)))
            return
        self._visitor = visitor
        expires_at = visitor.client.expires_at
        if expires_at is not None:
            # A socket must not outlive its token: the client comes back with a new one.
            self._after(expires_at - time.time(), self._on_token_expired)
        await self._carry_out(self._connection.accept())

    async def _start(self, operation: Operation) -> None:
        """A subscription is in place before the next message is read; queries and mutations run beside."""
        assert self._visitor is not None, "the protocol lets nobody start before accept"
        try:
            prepared = await self._broker.admit(operation.request, self._visitor)
            if prepared.kind == "subscription":
                self._subscribed.add(operation.id)
                metrics.SUBSCRIPTIONS.inc()
                member = (self.number, operation.id)
                await self._broker.subscribe(member, prepared, operation.request.variables, self._visitor)
                return
        except OperationError as error:
            await self._end(operation.id)
            await self._carry_out(self._connection.fail(operation.id, error.errors))
            return
        task = asyncio.create_task(self._execute(prepared, operation, self._visitor))
        self._executing[operation.id] = task

    async def _execute(self, prepared: Prepared, operation: Operation, visitor: Visitor) -> None:
        try:
            payload = await self._broker.execute(prepared, operation.request.variables, visitor)
        except OperationError as error:
            await self._carry_out(self._connection.fail(operation.id, error.errors))
        else:
            self.tell(operation.id, payload)
            await self._carry_out(self._connection.complete(operation.id))
        finally:
            # After a ``complete`` the client may have given the id to another operation.
            if self._executing.get(operation.id) is asyncio.current_task():
                del self._executing[operation.id]

    async def _stop(self, operation_id: str) -> None:
        task = self._executing.pop(operation_id, None)
        if task is not None:
            task.cancel()
        await self._end(operation_id)

    async def _end(self, operation_id: str) -> None:
        if operation_id in self._subscribed:
            self._subscribed.discard(operation_id)
            metrics.SUBSCRIPTIONS.dec()
            await self._broker.unsubscribe((self.number, operation_id))

    def _put(self, frame: bytes) -> None:
        if self._closing is not None:
            return
        try:
            self._outgoing.put_nowait(frame)
        except asyncio.QueueFull:
            metrics.CUT.inc()
            self.close(CloseCode.TRY_AGAIN_LATER, "too slow")
        else:
            metrics.FRAMES.inc()

    async def _write(self) -> None:
        try:
            while True:
                await self._socket.send(await self._outgoing.get(), text=True)
                self._outgoing.task_done()
        except ConnectionClosed:
            return

    async def _flush(self) -> None:
        """What was said before a close is still sent, if the client takes it."""
        try:
            async with asyncio.timeout(1):
                await self._outgoing.join()
        except TimeoutError:
            _log.debug("socket_not_flushed", socket=self.number)

    def _after(self, seconds: float, call: Any) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(max(0.0, seconds), call))

    def _on_init_timeout(self) -> None:
        for action in self._connection.time_out():
            if isinstance(action, Close):
                self.close(action.code, action.reason)

    def _on_token_expired(self) -> None:
        for action in self._connection.refuse("The access token has expired."):
            if isinstance(action, Close):
                self.close(action.code, action.reason)


def _fit(reason: str) -> str:
    """As much of a close reason as a control frame can carry."""
    return reason.encode()[:_REASON_BYTES_MAX].decode(errors="ignore")
