"""Answers out of bytes, however these are cut."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.transports.http1.errors import ClosedError, Http1Error, ProtocolError, TooLargeError
from router.transports.http1.response_reader import HEAD_BYTES_MAX, RawAnswer, ResponseReader

_OK = b"HTTP/1.1 200 OK\r\n"
_PLAIN = _OK + b"Content-Length: 5\r\nX-Empty:\r\n\r\nhello"
_CHUNKS = b'2;a=b;c="d;\\"e"\r\nhe\r\n3\r\nllo\r\n0\r\nX-Trailer: 1\r\nContent-Encoding: gzip\r\n\r\n'
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n" + _CHUNKS

_ANSWERS = {
    "with a length": (_PLAIN, RawAnswer(200, b"", b"hello"), True),
    "in chunks with extensions and trailers": (_CHUNKED, RawAnswer(200, b"", b"hello"), True),
    "after 100 and 103": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Encoding: br\r\n\r\n"
        + _PLAIN,
        RawAnswer(200, b"", b"hello"),
        True,
    ),
    "the last": (
        _OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nhi",
        RawAnswer(200, b"", b"hi"),
        False,
    ),
    "of HTTP/1.0": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", RawAnswer(200, b"", b"hi"), False),
    "without content": (b"HTTP/1.1 204 No Content\r\n\r\n", RawAnswer(204, b"", b""), True),
    "without a reason": (b"HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n", RawAnswer(500, b"", b""), True),
    "encoded": (
        _OK + b"Content-Encoding:  GZip \r\nContent-Length: 2\r\n\r\nhi",
        RawAnswer(200, b"gzip", b"hi"),
        True,
    ),
    "encoded twice": (
        _OK + b"Content-Encoding: gzip\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nhi",
        RawAnswer(200, b"gzip,br", b"hi"),
        True,
    ),
}


def _read(reader: ResponseReader, pieces: Iterable[bytes]) -> bool:
    is_complete = False
    for piece in pieces:
        assert not is_complete, "complete before its end"
        is_complete = reader.feed(piece)
    return is_complete


@pytest.mark.parametrize(("data", "answer", "keeps_alive"), _ANSWERS.values(), ids=_ANSWERS.keys())
def test_an_answer_cut_in_two_anywhere(data: bytes, answer: RawAnswer, keeps_alive: bool) -> None:
    for place in range(1, len(data)):
        reader = ResponseReader(100)
        assert _read(reader, [data[:place], data[place:]])
        assert (reader.take(), reader.keeps_alive) == (answer, keeps_alive)


@pytest.mark.parametrize(("data", "answer", "keeps_alive"), _ANSWERS.values(), ids=_ANSWERS.keys())
def test_an_answer_byte_by_byte(data: bytes, answer: RawAnswer, keeps_alive: bool) -> None:
    reader = ResponseReader(100)
    assert _read(reader, [data[place : place + 1] for place in range(len(data))])
    assert (reader.take(), reader.keeps_alive) == (answer, keeps_alive)


@given(
    st.lists(
        st.sampled_from(["with a length", "in chunks with extensions and trailers", "after 100 and 103"])
    )
)
def test_answers_one_after_another(kinds: list[str]) -> None:
    reader = ResponseReader(100)
    for kind in kinds:
        data, answer, _ = _ANSWERS[kind]
        reader.begin()
        assert reader.feed(data)
        assert (reader.take(), reader.keeps_alive) == (answer, True)


@pytest.mark.parametrize("surplus", [_PLAIN, b"H", b"x", b"HTTP/1.1 200 OK\r\n", b"\0"])
def test_what_nobody_asked_for_ends_the_connection(surplus: bytes) -> None:
    reader = ResponseReader(100)
    assert reader.feed(_PLAIN + surplus)
    assert (reader.take(), reader.keeps_alive) == (RawAnswer(200, b"", b"hello"), False)


_BROKEN = {
    "another protocol": b"SSH-2.0-OpenSSH\r\n",
    "garbage": b"\0\1\2\3",
    "a request": b"GET / HTTP/1.1\r\n\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "a status below": b"HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
    "a status above": b"HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n",
    "another protocol from here on": b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
    "101 without more": b"HTTP/1.1 101 Switching\r\n\r\n",
    "two lengths": _OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": _OK + b"Content-Length: 5, 5\r\n\r\nhello",
    "a negative length": _OK + b"Content-Length: -5\r\n\r\nhello",
    "a length beyond all": _OK + b"Content-Length: 99999999999999999999\r\n\r\n",
    "an empty length": _OK + b"Content-Length:\r\n\r\n",
    "a length and chunks": _OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": _OK + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "no size of a chunk": _OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a negative chunk": _OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    "a chunk longer than it says": _OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n",
    "a chunk beyond all": _OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    "a space before the colon": _OK + b"Content-Length : 5\r\n\r\nhello",
    "a folded header": _OK + b"X: a\r\n b\r\n\r\n",
    "bare newlines": b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
    "a length behind its body": _OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 7\r\n\r\n",
    "a zero in a header": _OK + b"X: a\0b\r\n\r\n",
}


@pytest.mark.parametrize("data", _BROKEN.values(), ids=_BROKEN.keys())
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    for pieces in ([data], [data[place : place + 1] for place in range(len(data))]):
        with pytest.raises(ProtocolError):
            _read(ResponseReader(100), pieces)


_CLOSED_EARLY = [
    b"",
    b"HTTP",
    _OK,
    _OK + b"Content-Length: 5\r\n",
    _PLAIN[:-1],
    _CHUNKED[:-1],
    _CHUNKED[:-2],
    _OK + b"Transfer-Encoding: gzip\r\n\r\nhello",
    b"HTTP/1.1 100 Continue\r\n\r\n",
]


@pytest.mark.parametrize("data", _CLOSED_EARLY)
def test_an_end_before_the_end(data: bytes) -> None:
    reader = ResponseReader(100)
    if data:
        assert not reader.feed(data)
    with pytest.raises(ClosedError):
        reader.finish()


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_an_end_that_ends_the_body(version: bytes) -> None:
    reader = ResponseReader(100)
    assert not reader.feed(b"HTTP/%b 200 OK\r\n\r\nhel" % version)
    assert not reader.feed(b"lo")
    reader.finish()
    assert (reader.take(), reader.keeps_alive) == (RawAnswer(200, b"", b"hello"), False)


_BIG = b"x" * 101
_TOO_LARGE = {
    "a length": _OK + b"Content-Length: 101\r\n\r\n",
    "a body in chunks": _OK + b"Transfer-Encoding: chunked\r\n\r\n65\r\n" + _BIG,
    "a body without end": _OK + b"\r\n" + _BIG,
    "a header": _OK + b"X: " + b"x" * HEAD_BYTES_MAX + b"\r\n\r\n",
    "a name": _OK + b"x" * HEAD_BYTES_MAX + b"x",
    "many headers": _OK + b"X: y\r\n" * (HEAD_BYTES_MAX // 6 + 10),
    "a reason": b"HTTP/1.1 200 " + b"x" * HEAD_BYTES_MAX,
    "answers before the answer": b"HTTP/1.1 100 Continue\r\n\r\n" * 3000,
    "an extension": _OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * HEAD_BYTES_MAX,
    "a trailer": _OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"x" * HEAD_BYTES_MAX,
}


@pytest.mark.parametrize("data", _TOO_LARGE.values(), ids=_TOO_LARGE.keys())
@pytest.mark.parametrize("size", [1000, 10**9], ids=["in pieces", "at once"])
def test_nothing_grows_beyond_its_limit(data: bytes, size: int) -> None:
    with pytest.raises(TooLargeError):
        _read(ResponseReader(100), [data[place : place + size] for place in range(0, len(data), size)])


def test_small_chunks_are_not_too_large() -> None:
    body = b"x" * 50_000
    data = _OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * len(body) + b"0\r\n\r\n"
    reader = ResponseReader(len(body))
    assert _read(reader, [data[place : place + 999] for place in range(0, len(data), 999)])
    assert reader.take().body == body


@given(st.lists(st.binary(max_size=30), max_size=8), st.booleans())
def test_noise_raises_what_it_should(pieces: list[bytes], has_head: bool) -> None:
    reader = ResponseReader(100)
    with suppress(Http1Error):
        for piece in [_OK, *pieces] if has_head else pieces:
            if reader.feed(piece):
                break
        else:
            reader.finish()
        assert 200 <= reader.take().status <= 599
