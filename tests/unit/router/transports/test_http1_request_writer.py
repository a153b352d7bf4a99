"""Requests as they stand on the wire; no header can become two."""

from __future__ import annotations

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.transports.http1 import Http1Error, RequestWriter, parse_target
from router.transports.http1.errors import HeaderError

_WRITER = RequestWriter(parse_target("http://127.0.0.1:4001/graphql"))


def test_a_request_as_it_stands_on_the_wire() -> None:
    assert _WRITER.write({"authorization": "Bearer x", "x-empty": ""}, b'{"query":"{ a }"}') == (
        b"POST /graphql HTTP/1.1\r\n"
        b"host: 127.0.0.1:4001\r\n"
        b"content-type: application/json\r\n"
        b"accept: application/graphql-response+json, application/json;q=0.9\r\n"
        b"accept-encoding: identity\r\n"
        b"authorization: Bearer x\r\n"
        b"x-empty: \r\n"
        b"content-length: 17\r\n"
        b"\r\n"
        b'{"query":"{ a }"}'
    )


def test_far_subgraphs_may_compress() -> None:
    assert b"\r\naccept-encoding: gzip\r\n" in RequestWriter(parse_target("https://far.example/")).write(
        {}, b""
    )


def test_credentials_of_the_url_go_unless_the_request_has_its_own() -> None:
    writer = RequestWriter(parse_target("http://a:b@far.example/"))
    assert b"\r\nauthorization: Basic YTpi\r\n" in writer.write({}, b"")
    assert writer.write({"authorization": "Bearer x"}, b"").count(b"authorization") == 1


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "connection",
        "accept-encoding",
        "expect",
        "upgrade",
        "te",
    ],
)
def test_what_belongs_to_this_hop_is_not_the_callers(name: str) -> None:
    assert _WRITER.write({name: "evil"}, b"") == _WRITER.write({}, b"")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x", "a\r\nx-evil: b"),
        ("x", "a\nb"),
        ("x", "a\rb"),
        ("x", "a\0b"),
        ("x", "\x7f"),
        ("x", "\ud800"),
        ("x\r\ny", "a"),
        ("x\n", "a"),
        ("x y", "a"),
        ("x:", "a"),
        ("", "a"),
        ("é", "a"),
    ],
)
def test_nothing_can_be_slipped_in(name: str, value: str) -> None:
    with pytest.raises(HeaderError):
        _WRITER.write({name: value}, b"")


@pytest.mark.parametrize(("value", "sent"), [("a\tb", b"a\tb"), ("é", b"\xe9"), ("日", "日".encode())])
def test_values_of_other_alphabets(value: str, sent: bytes) -> None:
    assert b"\r\nx: " + sent + b"\r\n" in _WRITER.write({"x": value}, b"")


class _Seen:
    def __init__(self) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.messages = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.messages += 1


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(["x-a", "host", "content-length", "cookie"]), st.text(max_size=8)),
        st.one_of(st.text(max_size=20), st.text("\r\n\0\t :ab", max_size=20)),
        max_size=5,
    ),
    st.binary(max_size=100),
)
def test_a_server_reads_what_was_given_or_nothing(headers: dict[str, str], body: bytes) -> None:
    try:
        message = _WRITER.write(headers, body)
    except Http1Error:
        return
    seen = _Seen()
    httptools.HttpRequestParser(seen).feed_data(message)
    own = len(_WRITER.write({}, b"").split(b"\r\n")) - 3
    given_names = [name for name in headers if _WRITER.write({name: ""}, b"") != _WRITER.write({}, b"")]
    assert (seen.messages, seen.body) == (1, body)
    assert len(seen.headers) == own + len(given_names)
    assert [name.decode() for name, _ in seen.headers[4:-1]] == given_names
