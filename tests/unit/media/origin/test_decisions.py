"""What the origin decides without asking anybody: addresses, admission, conditions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.playback import Access, Gate
from kit.playback import TokenKeys
from media.origin.addresses import Address, Area, read_address
from media.origin.admission import RefusedError, admit
from media.origin.conditions import is_known, is_other, wanted_range

KEYS = TokenKeys(["k"])
NOW = 1_800_000_000.0
TOKEN = KEYS.sign("v/1", Access.FRIENDS, int(NOW) + 1)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/videos/v/1/360p/seg_00000.m4s", Address(Area.VIDEOS, "v/1/360p/seg_00000.m4s", None)),
        ("/thumbnails/~1.open.a/v/1/sprite.vtt", Address(Area.THUMBNAILS, "v/1/sprite.vtt", "1.open.a")),
        ("/avatars/u/1.jpg", Address(Area.AVATARS, "u/1.jpg", None)),
    ],
)
def test_what_we_write_is_read(path: str, expected: Address) -> None:
    assert read_address(path.encode()) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/videos/v/1/../../w/1/a.m4s",
        "/videos/v/1/..",
        "/videos/v/1/.a",
        "/videos/v/1/a..m4s",
        "/videos/v/1/a.",
        "/videos/v/1/%2e%2e/a",
        "/videos/v%2F1/a",
        "/videos//v/1/a",
        "/videos/v/1/a/",
        "/videos/~/v/1/a",
        "/videos/~a",
        "/videos/~a/~b/v/1/a",
        "/videos/v/~a/1/b",
        "/videos/v/1/a?x",
        "/videos/v/1/a\n",
        "/videos/v/1/é",
        "/videos/v/1/a\x00",
        "/videos/v/access.json",
        "/videos/v/1/done.json",
        "/videos/~a/v/1/first.json",
        "/raw/v/1/a",
        "/avatars/pending/u/1.jpg",
        "/avatars/~a/u/1.jpg",
        "/videos/v/1/" + "a" * 600,
        "",
    ],
)
def test_nothing_else_is(path: str) -> None:
    assert read_address(path.encode()) is None


@given(st.binary(max_size=60))
def test_no_path_leads_out_of_its_bucket(path: bytes) -> None:
    address = read_address(b"/videos/" + path)
    if address is not None:
        assert ".." not in address.key
        assert not address.key.startswith("/")
        assert address.name.encode() in (b"videos/" + path).replace(
            b"~" + (address.token or "").encode() + b"/", b""
        )


def _asks(access: Access | None, token: str | None, *, now: float = NOW) -> bool | str:
    gate = None if access is None else Gate(access=access, revision=1)
    try:
        return admit(Address(Area.VIDEOS, "v/1/a.m4s", token), gate, KEYS, now)
    except RefusedError as refused:
        return f"{refused.refusal.status} {refused.refusal.code}"


@pytest.mark.parametrize(
    ("access", "token", "expected"),
    [
        (Access.OPEN, None, True),
        (Access.OPEN, "stale", True),
        (Access.FRIENDS, TOKEN, False),
        (None, TOKEN, False),
        (Access.FRIENDS, None, "403 TOKEN_REQUIRED"),
        (Access.PRIVATE, None, "403 TOKEN_REQUIRED"),
        (None, None, "403 TOKEN_REQUIRED"),
        (Access.PRIVATE, TOKEN, "403 TOKEN_INVALID"),
        (None, "guess", "403 TOKEN_INVALID"),
        (Access.CLOSED, None, "404 NOT_FOUND"),
        (Access.CLOSED, TOKEN, "404 NOT_FOUND"),
    ],
)
def test_who_is_admitted(access: Access | None, token: str | None, expected: bool | str) -> None:
    assert _asks(access, token) == expected


def test_a_token_whose_time_is_over_says_so() -> None:
    assert _asks(Access.FRIENDS, TOKEN, now=NOW + 1) == "403 TOKEN_EXPIRED"


@pytest.mark.parametrize(
    ("given", "known", "other"),
    [
        (b'"a"', True, False),
        (b'W/"a"', True, True),
        (b'"b", "a"', True, False),
        (b"*", True, False),
        (b'"b"', False, True),
        (b"", False, True),
    ],
)
def test_conditions_on_the_tag(given: bytes, known: bool, other: bool) -> None:
    assert is_known({b"if-none-match": given}, '"a"') is known
    assert is_other({b"if-match": given}, '"a"') is other
    assert (is_known({}, '"a"'), is_other({}, '"a"')) == (False, False)


def test_a_range_of_another_object_is_none() -> None:
    asked = {b"range": b"bytes=0-1"}
    assert wanted_range(asked, '"a"') == "bytes=0-1"
    assert wanted_range(asked | {b"if-range": b'"a"'}, '"a"') == "bytes=0-1"
    assert wanted_range(asked | {b"if-range": b'"b"'}, '"a"') is None
    assert wanted_range({}, '"a"') is None
