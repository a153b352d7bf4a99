"""Identifiers: UUIDv7 inside, TypeIDs outside.

A TypeID is ``{prefix}_{26 characters of Crockford base32}`` (https://github.com/jetify-com/typeid, spec 0.3):
sortable by time of birth, typed at a glance, and safe in URLs. Rows, events and services hold the UUID;
only the edge of a subgraph speaks TypeID.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NewType
from uuid import UUID

from uuid_utils.compat import uuid7

UserId = NewType("UserId", UUID)
SessionId = NewType("SessionId", UUID)
VideoId = NewType("VideoId", UUID)
CommentId = NewType("CommentId", UUID)
NotificationId = NewType("NotificationId", UUID)
UploadId = NewType("UploadId", UUID)
EventId = NewType("EventId", UUID)

USER: Final = "usr"
SESSION: Final = "ses"
VIDEO: Final = "vid"
COMMENT: Final = "cmt"
NOTIFICATION: Final = "ntf"
UPLOAD: Final = "upl"

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_INT_DIGITS: Final = "0123456789abcdefghijklmnopqrstuv"
_TO_INT_DIGITS: Final = bytes(
    ord(_INT_DIGITS[_ALPHABET.index(chr(code))]) if chr(code) in _ALPHABET else ord("!")
    for code in range(256)
)
"""What ``int(…, 32)`` reads for each character of ours, and refuses for every other."""
_PAIRS: Final = [high + low for high in _ALPHABET for low in _ALPHABET]
_SUFFIX_LENGTH: Final = 26


class InvalidIdError(ValueError):
    """The text is no TypeID of the expected kind. ``text`` is what was given."""

    def __init__(self, text: str, prefix: str) -> None:
        super().__init__(f"{text[:64]!r} is not an id of the form {prefix}_…")
        self.text = text
        self.prefix = prefix


def new_id() -> UUID:
    """A UUIDv7 of now; monotonic within a process."""
    return uuid7()


@lru_cache(maxsize=16_384)
def encode_id(prefix: str, value: UUID) -> str:
    """The TypeID of ``value``: thirteen base32 pairs, most significant first."""
    number = value.int
    pairs = _PAIRS
    return (
        f"{prefix}_{pairs[number >> 120]}{pairs[number >> 110 & 1023]}{pairs[number >> 100 & 1023]}"
        f"{pairs[number >> 90 & 1023]}{pairs[number >> 80 & 1023]}{pairs[number >> 70 & 1023]}"
        f"{pairs[number >> 60 & 1023]}{pairs[number >> 50 & 1023]}{pairs[number >> 40 & 1023]}"
        f"{pairs[number >> 30 & 1023]}{pairs[number >> 20 & 1023]}{pairs[number >> 10 & 1023]}"
        f"{pairs[number & 1023]}"
    )


def decode_id(prefix: str, text: str) -> UUID:
    """The UUID inside ``text``. Raises InvalidIdError for another prefix, alphabet, length or an overflow."""
    head, separator, suffix = text.rpartition("_")
    if not separator or head != prefix or len(suffix) != _SUFFIX_LENGTH or suffix[0] > "7":
        raise InvalidIdError(text, prefix)
    try:
        return UUID(int=int(suffix.encode("ascii").translate(_TO_INT_DIGITS), 32))
    except ValueError:
        raise InvalidIdError(text, prefix) from None
