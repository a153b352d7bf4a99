"""HTTP ranges (RFC 9110, section 14): one range of bytes; several at once are answered with the whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ONE_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


class UnsatisfiableRangeError(Exception):
    """No byte of the object is in the range: 416."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """``first`` to ``last``, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def parse_range(header: str | None, size_bytes: int) -> ByteRange | None:
    """The range that is asked for, cut to the object; None to answer with the whole. Raises
    UnsatisfiableRangeError.
    """
    found = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size_bytes)
        if length == 0:
            raise UnsatisfiableRangeError
        return ByteRange(size_bytes - length, size_bytes - 1)
    start, end = int(first), min(int(last) if last else size_bytes - 1, size_bytes - 1)
    if last and int(last) < start:
        return None  # malformed, which RFC 9110 says to ignore
    if start >= size_bytes:
        raise UnsatisfiableRangeError
    return ByteRange(start, end)
