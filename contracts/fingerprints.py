"""How rooms write down what a film looks and sounds like."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict

HASHES_PER_S: Final = 2
SOUNDS_PER_S: Final = 11025 * 3 / 4096
"""Chromaprint's numbers."""
WAVES: Final = tuple(
    sorted(((x, y) for x in range(12) for y in range(12) if (x, y) != (0, 0)), key=lambda at: (sum(at), at))[
        :64
    ]
)
"""Half waves across and down a picture; bit n of a hash is the sign of wave n in its cosine transform."""
MIRROR: Final = sum(1 << place for place, (across, _) in enumerate(WAVES) if across % 2)
"""Hash XOR this is the hash of the mirrored picture."""
_HASH_BYTES: Final = 8


class Fingerprint(BaseModel):
    """Perceptual hashes of ``HASHES_PER_S`` pictures a second, packed: ``framed`` of what a plain border leaves,
    ``inner`` of the middle of that, as if somebody had cropped it. ``sound`` is Chromaprint's, 32-bit numbers in base64,
    little end first; None for silence and where Chromaprint is missing.
    """

    model_config = ConfigDict(frozen=True)

    framed: str
    inner: str
    sound: str | None = None


def pack_hashes(hashes: Sequence[int | None]) -> str:
    """64-bit hashes as text; None, for a picture that shows nothing, is zero."""
    joined = b"".join((each or 0).to_bytes(_HASH_BYTES, "big") for each in hashes)
    return b64encode(zlib.compress(joined)).decode()


def unpack_hashes(packed: str) -> list[int | None]:
    joined = zlib.decompress(b64decode(packed))
    starts = range(0, len(joined), _HASH_BYTES)
    return [int.from_bytes(joined[start : start + _HASH_BYTES], "big") or None for start in starts]
