"""What an address of the origin asks for. Pure; whatever is not written exactly as we write it is not found.

``/videos/{video}/{version}/…`` and ``/thumbnails/…`` the same, ``/avatars/…``; a token stands in front of the key:
``/videos/~{token}/{video}/{version}/…``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contracts.playback import folder_of, video_of
from media.core.layout import is_marker

_LENGTH_MAX: Final = 500
_KEY: Final = r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*"
_ADDRESS: Final = re.compile(
    rf"/(videos|thumbnails|avatars)/(?:~([A-Za-z0-9._-]{{1,100}})/)?({_KEY})", re.ASCII
)


class Area(StrEnum):
    VIDEOS = "videos"
    THUMBNAILS = "thumbnails"
    AVATARS = "avatars"


@dataclass(frozen=True, slots=True)
class Address:
    """``video`` is None for what is everybody's by its nature."""

    area: Area
    key: str
    token: str | None

    @property
    def video(self) -> str | None:
        return None if self.area is Area.AVATARS else video_of(self.key)

    @property
    def folder(self) -> str:
        return folder_of(self.key)

    @property
    def name(self) -> str:
        """The object's, whoever asks."""
        return f"{self.area}/{self.key}"


def read_address(raw_path: bytes) -> Address | None:
    """Of a path as it came, with nothing decoded; None for what we never serve."""
    found = _ADDRESS.fullmatch(raw_path.decode("latin-1")) if len(raw_path) <= _LENGTH_MAX else None
    if found is None:
        return None
    address = Address(Area(found[1]), found[3], found[2])
    return address if _is_served(address) else None


def _is_served(address: Address) -> bool:
    """No markers and gates of ours, no avatars that nobody has looked at."""
    if address.area is Area.AVATARS:
        return address.token is None and not address.key.startswith("pending/")
    return address.key.count("/") > 1 and not is_marker(address.key)
