"""uvicorn's HTTP protocol, hardened: slow and oversized requests are ended, upgrades that nobody offers are ignored.

And a short way past ASGI's messages for the requests that a process exists for: see ``Direct``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from math import inf
from typing import Any, Protocol

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from kit.proxies import TrustedProxies
from kit.telemetry import get_logger

HEAD_TIMEOUT_S = 10.0
BODY_TIMEOUT_S = 30.0
IDLE_TIMEOUT_S = 75.0
"""Longer than load balancers keep a connection idle, so that they never send into one that is being closed."""
HEAD_BYTES_MAX = 64 * 1024
_WAITING_MAX = 8
_HOP_BY_HOP = frozenset({b"upgrade", b"connection", b"http2-settings"})
_log = get_logger("http")


class Direct(Protocol):
    """An ASGI application that also takes POSTs to one path whole, in one call. Whatever it does for a request, by this
    way or ASGI's, is cancelled when the client goes.
    """

    direct_path: bytes
    max_body_bytes: int

    async def answer(self, scope: Any, body: bytes | None, exchange: DirectExchange) -> None:
        """Calls ``exchange.reply`` once, or ``exchange.send`` as in ASGI. ``body`` is None when it was too large."""


class DirectExchange(RequestResponseCycle):
    """One such request. ``receive`` tells no more than that the client is gone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.is_too_large = False
        self._chunks: list[bytes] = []
        self._length = 0

    def take(self, chunk: bytes, limit: int) -> None:
        self._length += len(chunk)
        if self._length > limit:
            self.is_too_large = True
            self._chunks.clear()
        else:
            self._chunks.append(chunk)

    async def run_asgi(self, app: Any) -> None:
        """The protocol calls it when it is this request's turn."""
        try:
            await app.answer(self.scope, None if self.is_too_large else b"".join(self._chunks), self)
        except Exception:  # noqa: BLE001 - the connection ends, the process does not
            _log.exception("request_failed")
        finally:
            self.on_response = _nothing
            if not self.response_complete:
                self.transport.close()

    async def reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """The whole answer at once. Raises ValueError for headers that would be more than they say."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if headers.get("connection") == "close":
            self.keep_alive = False
        elif not self.keep_alive:
            headers = {**headers, "connection": "close"}
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        if lines.count("\n") != len(headers) or lines.count("\r") != len(headers) or "\0" in lines:
            raise ValueError("a header with a control character")
        self.response_started = self.response_complete = True
        length = b"content-length: %d\r\n\r\n" % len(body)
        self.transport.write(b"".join((STATUS_LINE[status], lines.encode("latin-1"), length, body)))
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


class HardenedProtocol(HttpToolsProtocol):
    """One connection. What it refuses itself is a GraphQL error in JSON, like everything else."""

    def __init__(self, *arguments: Any, proxies: TrustedProxies, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._proxies = proxies
        self._direct: Direct | None = self.app if hasattr(self.app, "direct_path") else None
        self._in_turn: RequestResponseCycle | None = None
        self._task: asyncio.Task[Any] | None = None
        self._head_bytes = 0
        self._is_arriving = True
        self._due = inf
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_within(HEAD_TIMEOUT_S)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.pipeline.clear()
        if self._in_turn is not None and not self._in_turn.response_complete:
            self._in_turn.disconnected = True
            if self._task is not None:
                self._task.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._replay_without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("This is no valid HTTP request.")
        if self._head_bytes > HEAD_BYTES_MAX:
            self._refuse_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        self._is_arriving = True
        self._expect_within(HEAD_TIMEOUT_S)

    def on_url(self, url: bytes) -> None:
        self._head_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._head_bytes > HEAD_BYTES_MAX:
            self._refuse_head()
        if self.parser.should_upgrade() or self.transport.is_closing():
            return
        if self._proxies.any:
            self._look_behind_proxies()
        direct = self._direct
        if direct is not None and self.url == direct.direct_path and self.parser.get_method() == b"POST":
            self._begin_direct()
        else:
            super().on_headers_complete()
        self._expect_within(BODY_TIMEOUT_S)

    def on_body(self, body: bytes) -> None:
        cycle = self.cycle
        if cycle is None or self.parser.should_upgrade():
            return
        if self._direct is None or not isinstance(cycle, DirectExchange):
            super().on_body(body)
        elif not cycle.is_too_large:
            cycle.take(body, self._direct.max_body_bytes)
            if cycle.is_too_large:
                self._take_turn(cycle)

    def on_message_complete(self) -> None:
        cycle = self.cycle
        if cycle is None or self.parser.should_upgrade():
            return
        self._is_arriving = False
        self._due = inf
        if not isinstance(cycle, DirectExchange):
            super().on_message_complete()
        elif not cycle.is_too_large:
            self._take_turn(cycle)

    def on_response_complete(self) -> None:
        """As uvicorn has it, but for its timer of idle connections: here is one for everything."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif not self._is_arriving:
            self._expect_within(IDLE_TIMEOUT_S)

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "BAD_REQUEST", msg)

    def _look_behind_proxies(self) -> None:
        forwarded = [value.decode("latin-1") for name, value in self.headers if name == b"x-forwarded-for"]
        peer = self.client[0] if self.client else None
        client = self._proxies.client(peer, forwarded)
        self.scope["client"] = None if client is None else (client, 0)

    def _begin_direct(self) -> None:
        version = self.parser.get_http_version()
        self.scope["method"] = "POST"
        self.scope["http_version"] = version
        self.scope["path"] = self.url.decode("ascii")
        self.scope["query_string"] = b""
        self.cycle = DirectExchange(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=[],
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if self.expect_100_continue and not self._is_busy:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    @property
    def _is_busy(self) -> bool:
        """Whether a request before this one waits for its answer."""
        return self._in_turn is not None and not self._in_turn.response_complete

    def _take_turn(self, exchange: DirectExchange) -> None:
        if self._is_busy:
            self.pipeline.appendleft((exchange, self.app))
            # Who reads no more doesn't learn that the client is gone, either.
            if len(self.pipeline) >= _WAITING_MAX:
                self.flow.pause_reading()
        else:
            self._start_asgi_task(exchange, self.app)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._in_turn = cycle
        if self._direct is None:
            super()._start_asgi_task(cycle, app)
            return
        given = app if isinstance(cycle, DirectExchange) else _quiet_when_cancelled(app, cycle)
        self._task = task = self.loop.create_task(cycle.run_asgi(given))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _refuse_head(self) -> None:
        if not self.transport.is_closing():
            self._refuse(431, "REQUEST_TOO_LARGE", f"A request's head has {HEAD_BYTES_MAX} bytes at most.")

    def _replay_without_upgrade(self, rest: bytes) -> None:
        """Whoever offers another protocol takes the answer in this one too (RFC 9110 section 7.8)."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._refuse(405, "METHOD_NOT_ALLOWED", "This is no proxy.")
        if self.transport.is_closing():
            return
        lines = [method]
        lines += [b" ", self.url, b" HTTP/1.1\r\n"]
        for name, value in self.headers:
            if name not in _HOP_BY_HOP:
                lines += [name, b": ", value, b"\r\n"]
        lines += [b"\r\n", rest]
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"".join(lines))

    def _expect_within(self, seconds: float) -> None:
        """One timer for many requests: what is expected next comes later than the last, as a rule, and moves none."""
        self._due = due = self.loop.time() + seconds
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = self.loop.call_at(due, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self.loop.time() + 0.001 < self._due:
            if self._due != inf:
                self._timer = self.loop.call_at(self._due, self._on_timer)
        elif self._is_arriving:
            self._refuse(408, "REQUEST_TIMEOUT", "The request did not arrive in time.")
        else:
            self.transport.close()

    def _refuse(self, status: int, code: str, message: str) -> None:
        """Says why, and hangs up. An application that waits for the rest learns that there is none."""
        body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": code}}]})
        head = [
            STATUS_LINE[status],
            b"content-type: application/json; charset=utf-8\r\nconnection: close\r\ncontent-length: ",
            str(len(body)).encode(),
            b"\r\n\r\n",
        ]
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(b"".join([*head, body]))
        self.transport.close()


def _quiet_when_cancelled(app: Any, cycle: RequestResponseCycle) -> Any:
    """uvicorn takes a cancellation for a defect of the application."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            if not cycle.disconnected:
                raise

    return answer


def _nothing() -> None:
    return None
