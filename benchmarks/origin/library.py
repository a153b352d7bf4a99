"""Videos at an origin, and people who watch some of them far more often than others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from contracts.playback import Access, Gate
from kit.config import Settings
from kit.playback import Gates, PlaybackLinks
from kit.storage import Storage

_PLAYLIST = b"#EXTM3U\n" + b"#EXTINF:2.0,\nseg_00000.m4s\n" * 10
_STAYS = 0.85
"""Of those who have seen a segment so many see the next."""


@dataclass(frozen=True, slots=True)
class Library:
    """``views`` are addresses of each video in the order of a player. Every fifth video is private."""

    views: tuple[tuple[str, ...], ...]
    segment_bytes: int
    segments: int


async def fill(settings: Settings, *, videos: int, segments: int, segment_bytes: int) -> Library:
    """Puts videos into the store, with who may read them."""
    storage = Storage.from_settings(settings)
    await storage.ensure_buckets([settings.bucket_processed, settings.bucket_thumbnails])
    gates, dice = Gates.for_asking(settings, storage), Random(1)
    links = PlaybackLinks.from_settings(settings)
    body, slots = dice.randbytes(segment_bytes), asyncio.Semaphore(8)
    names = ["master.m3u8", "360p/index.m3u8", *(f"360p/seg_{number:05}.m4s" for number in range(segments))]

    async def put(key: str) -> None:
        is_segment = key.endswith(".m4s")
        kind = "video/iso.segment" if is_segment else "application/vnd.apple.mpegurl"
        async with slots:
            await storage.put(
                settings.bucket_processed, key, body if is_segment else _PLAYLIST, content_type=kind
            )

    views = []
    for number in range(videos):
        folder, access = f"{number:032x}/1", Access.OPEN if number % 5 else Access.PRIVATE
        await gates.store(f"{number:032x}", Gate(access=access, revision=1))
        await asyncio.gather(*(put(f"{folder}/{name}") for name in names))
        views.append(tuple(links.url("videos", f"{folder}/{name}", access) for name in names))
    await gates.close()
    storage.close()
    return Library(tuple(views), segment_bytes, segments)


def watching(library: Library, seed: int, *, exponent: float) -> Iterator[str]:
    """Addresses that one person asks for after the other, for ever: the n-th video 1/n**exponent as often as the first."""
    dice = Random(seed)
    ranks = range(1, len(library.views) + 1)
    weights = list(accumulate(1 / rank**exponent for rank in ranks))
    while True:
        [view] = dice.choices(library.views, cum_weights=weights)
        playlists, segments = view[:2], view[2:]
        yield from playlists
        for segment in segments:
            yield segment
            if dice.random() > _STAYS:
                break
