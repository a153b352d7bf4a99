"""Answers out of bytes, however these are cut; no I/O."""

from __future__ import annotations

from typing import NamedTuple

import httptools

from router.transports.http1.errors import ClosedError, Http1Error, ProtocolError, TooLargeError

HEAD_BYTES_MAX = 64 * 1024
_OVERHEAD_FACTOR = 16
"""How many bytes of framing a byte of body may have, chunk extensions included."""


class RawAnswer(NamedTuple):
    """As it came, still encoded."""

    status: int
    encoding: bytes
    body: bytes
    cache_control: bytes = b""
    vary: bytes = b""


class ResponseReader:
    """The answers on one connection, one after another. After an error the connection can't be used any more.

    ``received_bytes`` counts since ``begin``; ``keeps_alive`` holds once an answer is complete.
    """

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes
        self._parser = httptools.HttpResponseParser(self)
        self.begin()

    def begin(self) -> None:
        """Call before each request."""
        self.received_bytes = 0
        self.is_complete = False
        self.keeps_alive = False
        self._failure: Http1Error | None = None
        self._body_bytes = 0
        self._body: list[bytes] = []
        self._begin_head()

    def _begin_head(self) -> None:
        self._status = 0
        self._head_bytes = 0
        self._is_head_complete = False
        self._is_framed = False
        self._encoding = b""
        self._cache_control = b""
        self._vary = b""

    def feed(self, data: bytes) -> bool:
        """True once the answer is complete. Raises Http1Error.

        Whatever comes behind an answer was not asked for: the answer stands, but the connection ends with it.
        """
        self.received_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if self.is_complete:
                self.keeps_alive = False
                return True
            raise self._failure or ProtocolError("no HTTP/1.1 response") from error
        if self.is_complete:
            return True
        overhead = self.received_bytes - self._body_bytes
        if overhead > HEAD_BYTES_MAX + _OVERHEAD_FACTOR * self._body_bytes:
            raise TooLargeError("the head of the answer is too large")
        return False

    def finish(self) -> None:
        """The peer sends nothing more, which ends a body that nothing else ends. Raises ClosedError."""
        if self.is_complete:
            return
        if not self._is_head_complete or self._is_framed:
            raise ClosedError("closed in the middle of an answer" if self.received_bytes else "closed")
        self.is_complete = True

    def take(self) -> RawAnswer:
        """The answer, once it is complete."""
        body = self._body
        self._body = []
        return RawAnswer(
            self._status,
            self._encoding.strip().lower(),
            body[0] if len(body) == 1 else b"".join(body),
            self._cache_control,
            self._vary,
        )

    def close(self) -> None:
        """Parser and reader know each other, and a failure the frame it came from; such rings are broken here, so
        that nobody needs to search for them.
        """
        del self._parser
        self._failure = None

    def on_message_begin(self) -> None:
        if self.is_complete:
            raise ProtocolError("an answer that nobody asked for")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value) + 4
        if self._head_bytes > HEAD_BYTES_MAX:
            self._fail(TooLargeError("the head of the answer is too large"))
        if self._is_head_complete:
            return  # a trailer
        name = name.lower()
        if name == b"content-length":
            self._is_framed = True
            if int(value) > self._max_body_bytes:
                self._fail(TooLargeError("the answer is too large"))
        elif name == b"transfer-encoding":
            self._is_framed = True
        elif name == b"content-encoding":
            self._encoding = self._encoding + b"," + value if self._encoding else value
        elif name == b"cache-control":
            self._cache_control = self._cache_control + b"," + value if self._cache_control else value
        elif name == b"vary":
            self._vary = self._vary + b"," + value if self._vary else value

    def on_headers_complete(self) -> None:
        self._status = status = self._parser.get_status_code()
        self._is_head_complete = True
        if not 100 <= status <= 599 or status == 101:
            self._fail(ProtocolError("no status of an answer"))

    def on_body(self, data: bytes) -> None:
        self._body_bytes += len(data)
        if self._body_bytes > self._max_body_bytes:
            self._fail(TooLargeError("the answer is too large"))
        self._body.append(data)

    def on_message_complete(self) -> None:
        if self._status < 200:
            self._begin_head()
            return
        self.keeps_alive = self._parser.should_keep_alive()
        self.is_complete = True

    def _fail(self, error: Http1Error) -> None:
        """Out of the parser's callbacks; ``feed`` raises it again."""
        self._failure = error
        raise error
