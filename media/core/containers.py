"""What a file is, by its first bytes and never by its name."""

from __future__ import annotations

from typing import Final

HEAD_BYTES: Final = 64
"""How much of a file ``sniff_container`` wants to see."""

_BRANDS_OF_IMAGES: Final = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")


def sniff_container(head: bytes) -> str | None:
    """ffmpeg's name of the demuxer to force (``mov``, ``matroska``, ``avi``); None for what we don't take.

    Forcing it keeps playlists and other formats that name further files from ever being opened.
    """
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _BRANDS_OF_IMAGES else "mov"
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip"):  # QuickTime of old has no ftyp
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    return None
