"""uvicorn's HTTP protocol, hardened: slow and oversized requests are ended, upgrades that nobody offers are ignored."""

from __future__ import annotations

import asyncio
from typing import Any

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_TIMEOUT_S = 10.0
BODY_TIMEOUT_S = 30.0
HEAD_BYTES_MAX = 64 * 1024
_HOP_BY_HOP = frozenset({b"upgrade", b"connection", b"http2-settings"})


class HardenedProtocol(HttpToolsProtocol):
    """One connection. What it refuses itself is a GraphQL error in JSON, like everything else."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_within(HEAD_TIMEOUT_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._replay_without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("This is no valid HTTP request.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        self._expect_within(HEAD_TIMEOUT_S)

    def on_url(self, url: bytes) -> None:
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() or self.transport.is_closing():
            return
        super().on_headers_complete()
        self._expect_within(BODY_TIMEOUT_S)

    def on_body(self, body: bytes) -> None:
        if not self.parser.should_upgrade() and self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade() and self.cycle is not None:
            self._expect_nothing()
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "BAD_REQUEST", msg)

    def _count_head(self, count: int) -> None:
        self._head_bytes += count
        if self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
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
        self._expect_nothing()
        self._deadline = self.loop.call_later(seconds, self._on_timeout)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _on_timeout(self) -> None:
        self._refuse(408, "REQUEST_TIMEOUT", "The request did not arrive in time.")

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
