"""Bodies without their content-encoding, and no more of them than is allowed."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from router.transports.http1.decode_body import decode_body
from router.transports.http1.errors import EncodingError, TooLargeError

_TEXT = b'{"data":{"a":1}}' * 20
_RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
_DEFLATED = _RAW.compress(_TEXT) + _RAW.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"", _TEXT),
        (b"identity", _TEXT),
        (b"gzip", gzip.compress(_TEXT, mtime=0)),
        (b"x-gzip", gzip.compress(_TEXT, mtime=0)),
        (b"gzip", gzip.compress(_TEXT[:100], mtime=0) + gzip.compress(_TEXT[100:], mtime=0)),
        (b"deflate", zlib.compress(_TEXT)),
        (b"deflate", _DEFLATED),
    ],
)
def test_known_encodings(encoding: bytes, body: bytes) -> None:
    assert decode_body(encoding, body, len(_TEXT)) == _TEXT


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"br", _TEXT),
        (b"gzip,gzip", gzip.compress(gzip.compress(_TEXT, mtime=0), mtime=0)),
        (b"gzip", b""),
        (b"gzip", _TEXT),
        (b"gzip", gzip.compress(_TEXT, mtime=0)[:-1]),
        (b"gzip", gzip.compress(_TEXT, mtime=0) + b"more"),
        (b"gzip", gzip.compress(_TEXT, mtime=0)[:-8] + bytes(8)),
        (b"deflate", b""),
        (b"deflate", _DEFLATED[:-1]),
        (b"deflate", zlib.compress(_TEXT)[:-1]),
    ],
)
def test_what_is_broken_is_refused(encoding: bytes, body: bytes) -> None:
    with pytest.raises(EncodingError):
        decode_body(encoding, body, 10_000)


@pytest.mark.parametrize("members", [1, 3])
def test_the_limit_holds_for_what_comes_out(members: int) -> None:
    body = gzip.compress(_TEXT, mtime=0) * members
    assert decode_body(b"gzip", body, len(_TEXT) * members) == _TEXT * members
    with pytest.raises(TooLargeError):
        decode_body(b"gzip", body, len(_TEXT) * members - 1)


def test_a_bomb_is_not_inflated() -> None:
    bomb = gzip.compress(bytes(50_000_000), mtime=0)
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            decode_body(b"gzip", bomb, 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
