"""What a file is, by its first bytes and never by its name."""

from __future__ import annotations

from typing import Final

HEAD_BYTES: Final = 4096
"""How much of a file ``sniff_container`` wants to see."""

_BRANDS_OF_IMAGES: Final = (
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
    b"crx ",
)
_FIRST_BOXES: Final = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid")
_TS_PACKETS: Final = ((188, 0), (192, 4))
"""Length of a packet and where in it the sync byte stands; the second is what cameras (AVCHD) write."""


def sniff_container(head: bytes) -> str | None:
    """ffmpeg's name of the demuxer to force (``mov``, ``matroska``, ``avi``, ``mpeg``, ``mpegts``); None for what we
    don't take.

    Forcing it keeps playlists and other formats that name further files from ever being opened.
    """
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _BRANDS_OF_IMAGES else "mov"
    if head[4:8] in _FIRST_BOXES:  # QuickTime of old has no ftyp
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "mpeg"
    return "mpegts" if any(_is_ts(head, length, sync) for length, sync in _TS_PACKETS) else None


def _is_ts(head: bytes, length: int, sync: int) -> bool:
    marks = head[sync::length]
    return len(marks) >= 5 and set(marks) == {0x47}
