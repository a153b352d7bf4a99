"""Names of what a job makes. Everything lies under ``{video}/{version}/`` and never changes once it is there.

``version`` is a keyed hash of the source, so that a job that is done again writes the same names, and nobody
guesses those of a video that isn't theirs to see.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

MASTER = "master.m3u8"
PLAYLIST = "index.m3u8"
MARKER = "done.json"
SPRITE = "sprite.jpg"

_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mp4": "video/mp4",
    ".m4s": "video/iso.segment",
    ".jpg": "image/jpeg",
    ".json": "application/json",
}
IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Layout:
    """Keys of one version of one video, relative to their buckets."""

    folder: str

    @classmethod
    def of(cls, video_id: UUID, source_key: str, etag: str, secret: str) -> Layout:
        version = hmac.digest(secret.encode(), f"{source_key}\n{etag}".encode(), hashlib.sha256)
        return cls(f"{video_id.hex}/{version.hex()[:32]}")

    def key(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def playlist_of(self, rendition: str) -> str:
        return self.key(f"{rendition}/{PLAYLIST}")


def thumbnail_name(number: int) -> str:
    """From 1."""
    return f"{number}.jpg"


def content_type(name: str) -> str:
    """By the ending of one of our own names."""
    return _TYPES[name[name.rindex(".") :]]


def upload_order(names: list[str]) -> list[list[str]]:
    """Waves of names: what is referred to goes before what refers to it, so that a player never misses a part."""
    master = [name for name in names if name == MASTER]
    playlists = [name for name in names if name.endswith(PLAYLIST)]
    rest = [name for name in names if name not in master and name not in playlists]
    return [wave for wave in (rest, playlists, master) if wave]
