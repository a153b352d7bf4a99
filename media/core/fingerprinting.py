"""The fingerprint of a video, out of the small pictures and the print of its sound that a check of it left. Pure."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from contracts.fingerprints import Fingerprint, pack_hashes
from media.core.hashing import SIDE, find_window, hash_picture

LOOKS: Final = "looks.gray"
SOUND_PRINT: Final = "sound.print"
_INNER: Final = 0.88
_LOOKED_AT: Final = 40
"""Pictures, evenly over the video, that a border has to stand in."""


def take_fingerprint(looks: bytes, sound_print: bytes | None) -> Fingerprint:
    """``looks`` are grey pictures of ``SIDE`` × ``SIDE``, one behind the other."""
    size = SIDE * SIDE
    pictures = [looks[start : start + size] for start in range(0, len(looks) - size + 1, size)]
    window = find_window(pictures[:: max(1, len(pictures) // _LOOKED_AT)])
    inner = window.inner(_INNER)
    return Fingerprint(
        framed=pack_hashes([hash_picture(each, window) for each in pictures]),
        inner=pack_hashes([hash_picture(each, inner) for each in pictures]),
        sound=b64encode(sound_print).decode() if sound_print else None,
    )
