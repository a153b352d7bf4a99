"""A body without its content-encoding."""

from __future__ import annotations

import zlib

from router.transports.http1.errors import EncodingError, TooLargeError

_GZIP = 16 + zlib.MAX_WBITS
_ZLIB_METHOD = 8


def decode_body(encoding: bytes, body: bytes, limit: int) -> bytes:
    """No more than ``limit`` bytes are ever inflated. Raises EncodingError, TooLargeError."""
    if encoding in {b"", b"identity"}:
        return body
    try:
        if encoding in {b"gzip", b"x-gzip"}:
            return _inflate_members(body, limit)
        if encoding == b"deflate":
            return _inflate(body, zlib.MAX_WBITS if _has_zlib_head(body) else -zlib.MAX_WBITS, limit)[0]
    except zlib.error as error:
        raise EncodingError("the content-encoding is broken") from error
    raise EncodingError("an unknown content-encoding")


def _inflate_members(body: bytes, limit: int) -> bytes:
    """Gzip may come in several members, one after another."""
    parts: list[bytes] = []
    while True:
        part, body = _inflate(body, _GZIP, limit)
        parts.append(part)
        limit -= len(part)
        if not body:
            return b"".join(parts)


def _inflate(body: bytes, window_bits: int, limit: int) -> tuple[bytes, bytes]:
    """What was compressed, and what comes after it."""
    inflater = zlib.decompressobj(window_bits)
    content = inflater.decompress(body, limit + 1)
    if len(content) > limit:
        raise TooLargeError("the answer is too large")
    if not inflater.eof:
        raise EncodingError("the content-encoding is cut off")
    return content, inflater.unused_data


def _has_zlib_head(body: bytes) -> bool:
    """Some servers send deflate as it says, others without the two bytes before (RFC 9110 section 8.4.1.2)."""
    return len(body) > 1 and body[0] & 0x0F == _ZLIB_METHOD and int.from_bytes(body[:2], "big") % 31 == 0
