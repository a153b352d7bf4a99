"""A media worker on real object storage and the real bus."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from contracts.events import (
    Envelope,
    Event,
    VideoUploaded,
    VideoWatchedWidely,
    decode_event,
    encode_event,
)
from contracts.ids import new_id
from kit.bus import Bus
from kit.bus.valkey import ValkeyBus
from kit.config import Settings
from kit.storage import Storage
from media.core.figures import FIGURES
from media.worker import MediaWorker

QUICK = replace(FIGURES, preset="ultrafast")
"""The product's figures, but for the care that is taken in coding."""


@dataclass(frozen=True)
class Workshop:
    """``process`` handles one upload and gives what was told of it, in order."""

    settings: Settings
    storage: Storage
    bus: Bus
    worker: MediaWorker

    async def upload(self, file: Path | bytes) -> VideoUploaded:
        video_id = new_id()
        key = f"{video_id.hex}/{new_id().hex}.mp4"
        content = file if isinstance(file, bytes) else file.read_bytes()
        await self.storage.put(self.settings.bucket_raw, key, content, content_type="video/mp4")
        return VideoUploaded(
            video_id=video_id,
            author_id=new_id(),
            bucket=self.settings.bucket_raw,
            object_key=key,
            size_bytes=len(content),
        )

    async def process(self, upload: VideoUploaded) -> list[Event]:
        envelope = Envelope.model_validate_json(encode_event(upload)[1])
        await self.worker.on_uploaded(envelope, upload)
        return await self._told_of(upload)

    async def watch_widely(self, upload: VideoUploaded, *, playlist_key: str | None = None) -> list[Event]:
        """Handles that many watch what came of the upload; all that was told of it by then."""
        fields = upload.model_dump(include={"video_id", "author_id", "bucket", "object_key", "size_bytes"})
        event = VideoWatchedWidely(**fields, playlist_key=playlist_key)
        await self.worker.on_watched_widely(Envelope.model_validate_json(encode_event(event)[1]), event)
        return await self._told_of(upload)

    async def _told_of(self, upload: VideoUploaded) -> list[Event]:
        messages = await self.bus.read_all("video.processed", limit=1000)
        events = [decode_event(each.message.payload)[1] for each in messages]
        return [event for event in events if getattr(event, "video_id", None) == upload.video_id]

    async def made(self, upload: VideoUploaded) -> list[str]:
        """Names of everything that stands under the video in the buckets of results."""
        buckets = (self.settings.bucket_processed, self.settings.bucket_thumbnails)
        found = [await self.storage.list_keys(bucket, f"{upload.video_id.hex}/") for bucket in buckets]
        return [key.split("/", 2)[2] for keys in found for key in keys]


@pytest.fixture(scope="session")
async def workshop(settings: Settings) -> AsyncIterator[Workshop]:
    storage = Storage.from_settings(settings)
    await storage.ensure_buckets(
        [settings.bucket_raw, settings.bucket_processed, settings.bucket_thumbnails, settings.bucket_avatars]
    )
    bus = ValkeyBus(settings.valkey_url, prefix=f"{secrets.token_hex(4)}.", partitions=1)
    yield Workshop(settings, storage, bus, MediaWorker(storage, bus, settings, QUICK))
    await bus.close()
    storage.close()
