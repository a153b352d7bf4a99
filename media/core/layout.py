"""Names of what a job makes. Everything lies under ``{video}/{version}/`` and never changes once it is there, except
the two manifests, which further renditions join.

``version`` is a keyed hash of the source, so that a job that is done again writes the same names, and nobody
guesses those of a video that isn't theirs to see.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

MASTER = "master.m3u8"
MANIFEST = "manifest.mpd"
PLAYLIST = "index.m3u8"
INIT = "init.mp4"
AUDIO = "audio"
FIRST_MARKER = "first.json"
MARKER = "done.json"
SPRITE = "sprite.jpg"
SPRITE_VTT = "sprite.vtt"
PREVIEW = "preview.webp"

_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".mp4": "video/mp4",
    ".m4s": "video/iso.segment",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".vtt": "text/vtt",
    ".json": "application/json",
}
IMMUTABLE = "public, max-age=31536000, immutable"
SHORT_S = 5
"""Seconds that a manifest may be kept: the next one may know more renditions."""
SHORT = f"public, max-age={SHORT_S}"

_MANIFESTS = (MASTER, MANIFEST)
_MARKERS = (FIRST_MARKER, MARKER)
_TRIES = "tries-"


@dataclass(frozen=True, slots=True)
class Layout:
    """Keys of one version of one video, relative to their buckets."""

    folder: str

    @classmethod
    def of(cls, video_id: UUID, source_key: str, etag: str, secret: str) -> Layout:
        version = hmac.digest(secret.encode(), f"{source_key}\n{etag}".encode(), hashlib.sha256)
        return cls(f"{video_id.hex}/{version.hex()[:32]}")

    @classmethod
    def holding(cls, playlist_key: str) -> Layout:
        """That of a video's master playlist."""
        return cls(playlist_key.rpartition("/")[0])

    def key(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def playlist_of(self, rendition: str) -> str:
        return self.key(f"{rendition}/{PLAYLIST}")


def tries_marker(attempt: int | None) -> str:
    """Of each attempt its creator made, from 1; None for the one to make it again with more care."""
    return f"{_TRIES}{attempt or 'again'}.json"


def thumbnail_name(number: int) -> str:
    """From 1."""
    return f"{number}.jpg"


def segment_name(number: int) -> str:
    """From 0."""
    return f"seg_{number:05}.m4s"


def track_file(name: str) -> str:
    """Where ffmpeg writes a whole track, before it is cut into segments."""
    return f"{name}.mp4"


def content_type(name: str) -> str:
    """By the ending of one of our own names."""
    return _TYPES[name[name.rindex(".") :]]


def is_manifest(key: str) -> bool:
    """Whether what stands there may change."""
    return PurePosixPath(key).name in _MANIFESTS


def is_marker(key: str) -> bool:
    """Whether it is the media service's own business."""
    name = PurePosixPath(key).name
    return name in _MARKERS or name.startswith(_TRIES)


def cache_control(key: str) -> str:
    """How long others may keep it."""
    return SHORT if is_manifest(key) else IMMUTABLE


def upload_order(names: Sequence[str]) -> list[list[str]]:
    """Waves of names: what is referred to goes before what refers to it, so that a player never misses a part."""
    manifests = [name for name in names if name in _MANIFESTS]
    playlists = [name for name in names if name.endswith(f"/{PLAYLIST}")]
    rest = [name for name in names if name not in manifests and name not in playlists]
    return [wave for wave in (rest, playlists, manifests) if wave]
