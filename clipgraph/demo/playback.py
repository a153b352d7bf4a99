"""Playing a video as a player does: playlist, rendition, segments, all through the origin."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

import aiohttp
import imageio_ffmpeg


class PlaybackError(Exception):
    """The video can't be played; the message says where it stopped."""


@dataclass(frozen=True, slots=True)
class Playback:
    """Media playlists of the renditions by the master playlist, and what their segments came to."""

    renditions: tuple[str, ...]
    segments: int
    fetched_bytes: int


async def fetch_playback(session: aiohttp.ClientSession, playlist_url: str) -> Playback:
    """Fetches every segment of every rendition. Raises PlaybackError."""
    renditions = tuple(_addresses(playlist_url, await _text(session, playlist_url)))
    if not renditions:
        raise PlaybackError(f"{playlist_url} names no rendition")
    segments = [
        segment
        for rendition in renditions
        for segment in _addresses(rendition, await _text(session, rendition))
    ]
    sizes = await asyncio.gather(*(_size(session, segment) for segment in segments))
    return Playback(renditions, len(segments), sum(sizes))


async def decode(playlist_url: str) -> None:
    """Lets ffmpeg fetch and decode every frame of a rendition. Raises PlaybackError with what it said."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", playlist_url, "-f", "null", "-"]
    process = await asyncio.create_subprocess_exec(*argv, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, said = await process.communicate()
    if process.returncode != 0 or said.strip():
        raise PlaybackError(said.decode("utf-8", "replace").strip() or f"ffmpeg: {process.returncode}")


def _addresses(base: str, playlist: str) -> Iterable[str]:
    for line in playlist.splitlines():
        if line and not line.startswith("#"):
            yield urljoin(base, line.strip())


async def _text(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as response:
        if response.status != 200:
            raise PlaybackError(f"{url} answered {response.status}")
        return await response.text()


async def _size(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(url) as response:
        if response.status != 200:
            raise PlaybackError(f"{url} answered {response.status}")
        return len(await response.read())
