"""What rooms agree on about files that are watched: who may read them, and where that is said.

Files of a video lie under ``{video}/{version}/`` in the buckets of processed videos and of thumbnails. Who may read
them is one ``Gate`` a video, newest revision wins: in Valkey for those who ask often, and as ``{video}/access.json`` in
the bucket of processed videos for good.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

GATES_CHANNEL: Final = "video-gates"
"""Pub/sub: the gate of ``video`` has changed. A hint; whoever misses it finds out by asking again."""


class Access(StrEnum):
    """Who may read the files of a video."""

    OPEN = "open"
    """Everyone."""
    FRIENDS = "friends"
    """Whoever has a token that was made for its friends-only days."""
    PRIVATE = "private"
    """Whoever has a token that was made for its private days."""
    CLOSED = "closed"
    """Nobody: it was deleted or taken down."""

    @property
    def needs_token(self) -> bool:
        return self is Access.FRIENDS or self is Access.PRIVATE


class Gate(BaseModel):
    """``revision`` grows with every change of the video."""

    model_config = ConfigDict(frozen=True)

    access: Access
    revision: int


def gate_key(video: str) -> str:
    """In Valkey."""
    return f"gate:{{{video}}}"


def gate_object(video: str) -> str:
    """Key in the bucket of processed videos; never served."""
    return f"{video}/access.json"


def video_of(key: str) -> str:
    """Which video a file belongs to."""
    return key.partition("/")[0]


def folder_of(key: str) -> str:
    """``{video}/{version}``, what a token is made for."""
    return "/".join(key.split("/", 2)[:2])
