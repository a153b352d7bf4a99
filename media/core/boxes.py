"""Fragmented MP4 (ISO 14496-12): where its boxes lie, and what those of a track and a fragment say."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

HEADER_BYTES: Final = 16
"""What ``parse_header`` wants to see of a box."""

SEGMENT_TYPE: Final = b"\x00\x00\x00\x18stypmsdh\x00\x00\x00\x00msdhmsix"
"""Stands before a fragment that is a file of its own."""

_PATH_TO_ENTRY: Final = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_NON_SYNC: Final = 0x10000


class MalformedBoxError(ValueError):
    """These bytes are not the MP4 that we write."""


@dataclass(frozen=True, slots=True)
class Init:
    """``codec`` as in RFC 6381; sizes are 0 for sound, rate and channels are 0 for pictures."""

    timescale: int
    codec: str
    width: int = 0
    height: int = 0
    sample_rate_hz: int = 0
    channels: int = 0
    default_duration: int = 0
    default_flags: int = 0


@dataclass(frozen=True, slots=True)
class Fragment:
    """``start`` and ``duration`` in the track's timescale."""

    start: int
    duration: int
    samples: int
    starts_with_key: bool


def parse_header(data: bytes) -> tuple[bytes, int, int]:
    """Type, length of the header and length of the whole box, 0 for one that runs to the end of the file."""
    if len(data) < 8:
        raise MalformedBoxError("cut off in a box header")
    size, kind = struct.unpack_from(">I4s", data)
    if size == 1:
        if len(data) < 16:
            raise MalformedBoxError("cut off in a box header")
        return kind, 16, struct.unpack_from(">Q", data, 8)[0]
    if 0 < size < 8:
        raise MalformedBoxError(f"box {kind!r} of {size} bytes")
    return kind, 8, size


def parse_init(moov: bytes) -> Init:
    """Of a whole ``moov`` box with one track. Raises MalformedBoxError."""
    try:
        return _parse_init(_find(moov, b"moov"))
    except struct.error as error:
        raise MalformedBoxError(str(error)) from error


def parse_fragment(moof: bytes, init: Init) -> Fragment:
    """Of a whole ``moof`` box with one track. Raises MalformedBoxError."""
    try:
        return _parse_fragment(_find(_find(moof, b"moof"), b"traf"), init)
    except (struct.error, IndexError) as error:
        raise MalformedBoxError(str(error)) from error


def _parse_init(content: bytes) -> Init:
    media = _find(_find(content, b"trak"), b"mdia")
    header = _find(media, b"mdhd")
    timescale = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0]
    entries = content
    for name in _PATH_TO_ENTRY:
        entries = _find(entries, name)
    defaults = _find(_find(content, b"mvex"), b"trex")
    duration, _, flags = struct.unpack_from(">III", defaults, 12)
    kind, entry = next(_boxes(entries[8:]))
    if kind == b"avc1":
        width, height = struct.unpack_from(">HH", entry, 24)
        profile = _find(entry[78:], b"avcC")[1:4].hex().upper()
        return Init(timescale, f"avc1.{profile}", width, height, 0, 0, duration, flags)
    if kind == b"mp4a":
        channels = struct.unpack_from(">H", entry, 16)[0]
        rate = struct.unpack_from(">I", entry, 24)[0] >> 16
        return Init(timescale, "mp4a.40.2", 0, 0, rate, channels, duration, flags)
    raise MalformedBoxError(f"a track of {kind!r}")


def _parse_fragment(track: bytes, init: Init) -> Fragment:
    duration, flags = _track_defaults(_find(track, b"tfhd"), init)
    decode_time = _find(track, b"tfdt")
    start = struct.unpack_from(">Q" if decode_time[0] == 1 else ">I", decode_time, 4)[0]
    total = samples = 0
    starts_with_key = False
    for kind, run in _boxes(track):
        if kind != b"trun":
            continue
        count, length, first_flags = _parse_run(run, duration, flags)
        if not samples:
            starts_with_key = not first_flags & _NON_SYNC
        samples, total = samples + count, total + length
    return Fragment(start, total, samples, starts_with_key)


def _track_defaults(tfhd: bytes, init: Init) -> tuple[int, int]:
    """A sample's duration and flags where its run doesn't say."""
    given = struct.unpack_from(">I", tfhd)[0] & 0xFFFFFF
    at = 8 + 8 * bool(given & 0x1) + 4 * bool(given & 0x2)
    duration, flags = init.default_duration, init.default_flags
    if given & 0x8:
        duration = struct.unpack_from(">I", tfhd, at)[0]
        at += 4
    at += 4 * bool(given & 0x10)
    if given & 0x20:
        flags = struct.unpack_from(">I", tfhd, at)[0]
    return duration, flags


def _parse_run(run: bytes, duration: int, flags: int) -> tuple[int, int, int]:
    """Samples, their length together, and the flags of the first."""
    given, count = struct.unpack_from(">II", run)
    given &= 0xFFFFFF
    at = 8 + 4 * bool(given & 0x1)
    first_flags = flags
    if given & 0x4:
        first_flags = struct.unpack_from(">I", run, at)[0]
        at += 4
    fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if given & bit]
    if not fields:
        return count, count * duration, first_flags
    samples = list(struct.iter_unpack(f">{len(fields)}I", run[at : at + 4 * len(fields) * count]))
    if len(samples) != count:
        raise MalformedBoxError("a run is cut off")
    if given & 0x400 and samples:
        first_flags = samples[0][fields.index(0x400)]
    total = sum(sample[0] for sample in samples) if given & 0x100 else count * duration
    return count, total, first_flags


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        kind, header, size = parse_header(data[at : at + HEADER_BYTES])
        end = at + size if size else len(data)
        if end > len(data):
            raise MalformedBoxError(f"box {kind!r} is cut off")
        yield kind, data[at + header : end]
        at = end


def _find(data: bytes, name: bytes) -> bytes:
    for kind, content in _boxes(data):
        if kind == name:
            return content
    raise MalformedBoxError(f"no box {name!r}")
