"""How a file travels into the raw bucket: one PUT when it is small, numbered parts when it is not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from uuid import UUID

from subgraphs.videos.errors import (
    EmptyFileError,
    FileTooLargeError,
    UnsupportedContentTypeError,
    UploadIncompleteError,
)
from subgraphs.videos.models import LIMITS, ContentType


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """Part ``number`` (from 1) of a file."""

    number: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """What the client says of a part that it has sent: the ETag that the store answered."""

    number: int
    etag: str


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


def match_parts(planned: Sequence[PlannedPart], received: Iterable[ReceivedPart]) -> list[ReceivedPart]:
    """What was received, in order, if it is each planned part once; else UploadIncompleteError."""
    ordered = sorted(received, key=lambda part: part.number)
    numbers = [part.number for part in ordered]
    if len(set(numbers)) != len(numbers):
        raise UploadIncompleteError("A part is named twice.")
    missing = sorted({part.number for part in planned} - set(numbers))
    if missing:
        raise UploadIncompleteError(f"Parts are missing: {', '.join(map(str, missing))}.")
    if len(ordered) != len(planned):
        raise UploadIncompleteError(f"There are only {len(planned)} parts.")
    return ordered


def object_key(video_id: UUID, upload_id: UUID, content_type: ContentType) -> str:
    """Where the file goes: never a name that a client chose."""
    return f"{video_id.hex}/{upload_id.hex}.{_ENDINGS[content_type]}"


_ENDINGS = {
    ContentType.MP4: "mp4",
    ContentType.MOV: "mov",
    ContentType.AVI: "avi",
    ContentType.WEBM: "webm",
    ContentType.MKV: "mkv",
}
