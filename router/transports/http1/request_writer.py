"""A POST as bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from router.transports.http1.errors import HeaderError
from router.transports.http1.target import Target

ACCEPT = "application/graphql-response+json, application/json;q=0.9"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_OWN = frozenset(
    {
        "accept",
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "trailers",
        "transfer-encoding",
        "upgrade",
    }
)
"""What this hop says for itself: whatever a caller gives under these names is left out."""


class RequestWriter:
    """For one target."""

    def __init__(self, target: Target) -> None:
        encoding = "identity" if target.is_near else "gzip"
        lines = [
            f"POST {target.path} HTTP/1.1",
            f"host: {target.authority}",
            "content-type: application/json",
            f"accept: {ACCEPT}",
            f"accept-encoding: {encoding}",
        ]
        self._start = "\r\n".join(lines).encode("ascii")
        self._authorization = target.authorization

    def write(self, headers: Mapping[str, str], body: bytes) -> bytes:
        """The whole request. Raises HeaderError for a name or a value that would be more than one header."""
        parts = [self._start]
        for name, value in headers.items():
            start = _line_start(name)
            if start:
                parts.append(start)
                parts.append(_encode(name, value))
        if self._authorization is not None and "authorization" not in headers:
            parts.append(b"\r\nauthorization: " + self._authorization.encode())
        parts.append(b"\r\ncontent-length: %d\r\n\r\n" % len(body))
        parts.append(body)
        return b"".join(parts)


@lru_cache(maxsize=1024)
def _line_start(name: str) -> bytes:
    """Empty for what is left out."""
    if not _NAME.fullmatch(name):
        raise HeaderError("a header's name is no token")
    return b"" if name.lower() in _OWN else f"\r\n{name}: ".encode("ascii")


def _encode(name: str, value: str) -> bytes:
    """Bytes that came in as Latin-1, as ASGI has them, go out as they were; what is beyond goes as UTF-8."""
    if _UNWRITABLE.search(value):
        raise HeaderError(f"the header {name} has a control character")
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        pass
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise HeaderError(f"the header {name} is no text") from error
