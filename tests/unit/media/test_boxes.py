"""Fragmented MP4, box by box."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.core.boxes import (
    SEGMENT_TYPE,
    Fragment,
    Init,
    MalformedBoxError,
    parse_fragment,
    parse_header,
    parse_init,
)
from media.core.tracks import Segment
from media.packaging import cut_track

KEY, DELTA = 0x2000000, 0x1010000


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind: bytes, flags: int, *content: bytes, version: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def ints(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def moov(entry: bytes, timescale: int) -> bytes:
    header = full(b"mdhd", 0, ints(0, 0, timescale, 0, 0))
    table = box(b"minf", box(b"stbl", full(b"stsd", 0, ints(1), entry)))
    extends = box(b"mvex", full(b"trex", 0, ints(1, 1, 512, 0, DELTA)))
    return box(b"moov", box(b"trak", box(b"mdia", header, table)), extends)


AVC = box(b"avc1", bytes(24), struct.pack(">HH", 640, 360), bytes(50), box(b"avcC", b"\x01\x64\x00\x1e\xff"))
AAC = box(b"mp4a", bytes(16), struct.pack(">HH", 2, 16), bytes(4), ints(48_000 << 16))
VIDEO = Init(15_360, "avc1.64001E", 640, 360, 0, 0, 512, DELTA)


def moof(start: int, count: int, *, first_flags: int = KEY) -> bytes:
    run = full(b"trun", 0x5, ints(count, 0, first_flags))
    decode_time = full(b"tfdt", 0, struct.pack(">Q", start), version=1)
    return box(b"moof", box(b"traf", full(b"tfhd", 0x20000, ints(1)), decode_time, run))


def test_a_track_says_what_it_is() -> None:
    assert parse_init(moov(AVC, 15_360)) == VIDEO
    assert parse_init(moov(AAC, 48_000)) == Init(48_000, "mp4a.40.2", 0, 0, 48_000, 2, 512, DELTA)


def test_a_fragment_by_the_defaults_of_its_track() -> None:
    assert parse_fragment(moof(30_720, 60), VIDEO) == Fragment(30_720, 30_720, 60, starts_with_key=True)
    late = parse_fragment(moof(0, 3, first_flags=DELTA), VIDEO)
    assert late == Fragment(0, 1536, 3, starts_with_key=False)


def test_a_fragment_that_says_all_of_each_sample() -> None:
    samples = ints(512, 900, KEY, 0, 500, 100, DELTA, 512)
    run = full(b"trun", 0xF01, ints(2, 0), samples)
    header = full(b"tfhd", 0x2003B, bytes(4), bytes(8), ints(1, 999, 7, DELTA))
    whole = box(b"moof", box(b"traf", header, full(b"tfdt", 0, ints(7)), run))
    assert parse_fragment(whole, VIDEO) == Fragment(7, 1012, 2, starts_with_key=True)


def test_large_boxes_say_their_size_behind() -> None:
    assert parse_header(struct.pack(">I4sQ", 1, b"mdat", 2**33)) == (b"mdat", 16, 2**33)
    assert parse_header(box(b"free")) == (b"free", 8, 8)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\0", struct.pack(">I4s", 4, b"moov"), struct.pack(">I4s", 1, b"moov"), box(b"free", b"x")],
)
def test_what_is_not_ours_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedBoxError):
        parse_init(content)


@given(st.integers(0, len(moof(0, 60)) - 1))
def test_a_fragment_that_is_cut_off_is_malformed(length: int) -> None:
    with pytest.raises(MalformedBoxError):
        parse_fragment(moof(0, 60)[:length], VIDEO)


def test_a_track_is_cut_at_its_fragments(tmp_path: Path) -> None:
    head = [box(b"ftyp", b"cmfc"), moov(AVC, 15_360)]
    fragments = [(moof(0, 60), box(b"mdat", b"one")), (moof(30_720, 30), box(b"mdat", b"last"))]
    whole = tmp_path / "360p.mp4"
    whole.write_bytes(b"".join([*head, *(part for fragment in fragments for part in fragment)]))
    track = cut_track(whole, "360p", tmp_path / "hls")
    folder = tmp_path / "hls" / "360p"
    assert (folder / "init.mp4").read_bytes() == b"".join(head)
    for number, fragment in enumerate(fragments):
        segment = (folder / f"seg_0000{number}.m4s").read_bytes()
        assert segment == SEGMENT_TYPE + b"".join(fragment)
        assert track.segments[number].size_bytes == len(segment)
    assert track.segments[1] == Segment(
        30_720, 15_360, 30, track.segments[1].size_bytes, starts_with_key=True
    )
    assert (track.name, track.duration_s, track.samples) == ("360p", 3.0, 90)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        moov(AVC, 15_360),
        box(b"ftyp") + moov(AVC, 15_360),
        box(b"ftyp") + moov(AVC, 15_360) + moof(0, 60),
        box(b"ftyp") + moov(AVC, 15_360) + moof(0, 60) + box(b"mdat", b"whole")[:-1],
        box(b"ftyp") + moov(AVC, 15_360) + moof(0, 60) + box(b"free") + box(b"mdat", b"torn"),
        box(b"ftyp") + moov(AVC, 15_360) + box(b"mdat") + moof(0, 60),
    ],
    ids=["empty", "no type", "no fragments", "no data", "cut off", "torn", "out of order"],
)
def test_a_file_that_is_not_whole_is_malformed(tmp_path: Path, content: bytes) -> None:
    whole = tmp_path / "360p.mp4"
    whole.write_bytes(content)
    with pytest.raises(MalformedBoxError):
        cut_track(whole, "360p", tmp_path / "hls")
