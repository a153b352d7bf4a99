"""Conditional requests (RFC 9110, section 13) on objects that have an ETag and no date. Pure."""

from __future__ import annotations

from collections.abc import Mapping

Headers = Mapping[bytes, bytes]
"""By lower-case name."""


def is_known(headers: Headers, etag: str) -> bool:
    """The client has it already: 304."""
    given = headers.get(b"if-none-match")
    return given is not None and _names(given, etag, is_weak=True)


def is_other(headers: Headers, etag: str) -> bool:
    """The client wants another than this one: 412."""
    given = headers.get(b"if-match")
    return given is not None and not _names(given, etag, is_weak=False)


def wanted_range(headers: Headers, etag: str) -> str | None:
    """The range that is asked for; None when there is none, or when the client has a part of another object."""
    given = headers.get(b"range")
    condition = headers.get(b"if-range")
    if given is None or (condition is not None and condition.strip() != etag.encode()):
        return None
    return given.decode("latin-1")


def _names(given: bytes, etag: str, *, is_weak: bool) -> bool:
    tags = [tag.strip() for tag in given.decode("latin-1").split(",")]
    if is_weak:
        tags = [tag.removeprefix("W/") for tag in tags]
    return tags == ["*"] or etag in tags
