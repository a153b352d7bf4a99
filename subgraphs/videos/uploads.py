"""How a file travels into the raw bucket: one PUT when it is small, numbered parts when it is not. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final
from uuid import UUID

from kit.errors import BadUserInputError
from subgraphs.videos.errors import (
    EmptyFileError,
    FileTooLargeError,
    InvalidChecksumError,
    InvalidDurationError,
    UnsupportedContentTypeError,
    UploadIncompleteError,
    VideoTooLongError,
)
from subgraphs.videos.models import LIMITS, ContentType


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """Part ``number`` (from 1) of a file."""

    number: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """A part that the store has."""

    number: int
    etag: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class NamedPart:
    """What the client says of a part that it has sent: the ETag that the store answered."""

    number: int
    etag: str


@dataclass(frozen=True, slots=True)
class WantedPart:
    """A part that the client is about to send, and the MD5 of its bytes, if the store is to check that."""

    number: int
    md5: bytes | None = None


def read_content_type(text: str) -> ContentType:
    """Raises UnsupportedContentTypeError. Parameters after ``;`` are left out."""
    try:
        return ContentType(text.partition(";")[0].strip().lower())
    except ValueError:
        raise UnsupportedContentTypeError from None


def check_size(size_bytes: int) -> None:
    """Raises EmptyFileError and FileTooLargeError."""
    if size_bytes < 1:
        raise EmptyFileError
    if size_bytes > LIMITS.upload_bytes:
        raise FileTooLargeError


def check_duration(duration_ms: int | None) -> None:
    """What the client says, so that nobody sends a file in vain. Raises InvalidDurationError and VideoTooLongError."""
    if duration_ms is None:
        return
    if duration_ms < 1:
        raise InvalidDurationError
    if duration_ms > LIMITS.duration_ms:
        raise VideoTooLongError


def read_sha256(text: str | None) -> bytes | None:
    """Raises InvalidChecksumError."""
    if text is None:
        return None
    if not _SHA256.fullmatch(text):
        raise InvalidChecksumError
    return bytes.fromhex(text)


def is_single_put(size_bytes: int) -> bool:
    return size_bytes <= LIMITS.single_put_bytes


def part_size(size_bytes: int) -> int:
    """Bytes of every part but the last."""
    return size_bytes if is_single_put(size_bytes) else LIMITS.part_bytes


def plan_parts(size_bytes: int, part_size_bytes: int) -> list[PlannedPart]:
    """Parts that are the file when put behind each other; only the last may be shorter."""
    count = ceil(size_bytes / part_size_bytes)
    last = size_bytes - part_size_bytes * (count - 1)
    sizes = [part_size_bytes] * (count - 1) + [last]
    return [PlannedPart(number, size) for number, size in enumerate(sizes, start=1)]


def missing_parts(planned: Sequence[PlannedPart], received: Mapping[int, ReceivedPart]) -> list[PlannedPart]:
    """Those that have not arrived, or with another length."""
    return [
        part
        for part in planned
        if part.number not in received or received[part.number].size_bytes != part.size_bytes
    ]


def check_parts(
    planned: Sequence[PlannedPart], received: Mapping[int, ReceivedPart], named: Iterable[NamedPart]
) -> None:
    """Raises UploadIncompleteError unless every part has arrived, and is the one that the client names, if it does."""
    named = list(named)
    numbers = [part.number for part in named]
    if len(set(numbers)) != len(numbers):
        raise UploadIncompleteError("A part is named twice.")
    if not set(numbers) <= {part.number for part in planned}:
        raise UploadIncompleteError(f"There are only {len(planned)} parts.")
    missing = [part.number for part in missing_parts(planned, received)]
    if missing:
        raise UploadIncompleteError(f"Parts are missing: {', '.join(map(str, missing))}.")
    other = sorted(part.number for part in named if _bare(part.etag) != _bare(received[part.number].etag))
    if other:
        raise UploadIncompleteError(f"The store has other parts than these: {', '.join(map(str, other))}.")


def pick_parts(
    planned: Sequence[PlannedPart], received: Mapping[int, ReceivedPart], wanted: Sequence[WantedPart] | None
) -> list[tuple[PlannedPart, WantedPart]]:
    """A page of parts to send: those wanted, or else the first that are missing.

    Raises BadUserInputError for a page that is too long, and for parts that the file has not.
    """
    if wanted is None:
        wanted = [WantedPart(part.number) for part in missing_parts(planned, received)][: LIMITS.parts_a_page]
    if len(wanted) > LIMITS.parts_a_page:
        raise BadUserInputError(f"At most {LIMITS.parts_a_page} parts at a time.")
    if len({part.number for part in wanted}) != len(wanted):
        raise BadUserInputError("A part is wanted twice.")
    if not all(1 <= part.number <= len(planned) for part in wanted):
        raise BadUserInputError(f"Parts are numbered from 1 to {len(planned)}.")
    return [(planned[part.number - 1], part) for part in wanted]


def read_md5(text: str | None) -> bytes | None:
    """Raises BadUserInputError."""
    if text is None:
        return None
    if not _MD5.fullmatch(text):
        raise BadUserInputError("An MD5 is 32 hexadecimal digits.")
    return bytes.fromhex(text)


def upload_of_key(key: str) -> UUID | None:
    """The upload that ``object_key`` was made for; None for a key that is not ours."""
    match = _KEY.fullmatch(key)
    return None if match is None else UUID(hex=match.group(1))


def object_key(video_id: UUID, upload_id: UUID, content_type: ContentType) -> str:
    """Where the file goes: never a name that a client chose."""
    return f"{video_id.hex}/{upload_id.hex}.{_ENDINGS[content_type]}"


def _bare(etag: str) -> str:
    """Without the quotes that HTTP puts around it, and clients may take away."""
    return etag.strip('"')


_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")
_MD5: Final = re.compile(r"[0-9a-fA-F]{32}")
_KEY: Final = re.compile(r"[0-9a-f]{32}/([0-9a-f]{32})\.[a-z0-9]+")
_ENDINGS: Final = {
    ContentType.MP4: "mp4",
    ContentType.MOV: "mov",
    ContentType.AVI: "avi",
    ContentType.WEBM: "webm",
    ContentType.MKV: "mkv",
}
