"""Object storage as a job sees it: its source, its results, and what earlier attempts left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from contracts.events import VideoUploaded, VideoWatchedWidely
from kit.storage import ObjectFacts, ObjectNotFoundError, Storage
from media.core.errors import RejectedError, Rejection
from media.core.layout import Layout, cache_control, content_type, is_manifest, is_marker, upload_order
from media.core.playlists import manifests
from media.core.tracks import Track

_TRANSFERS_AT_ONCE = 8

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Buckets:
    processed: str
    thumbnails: str


class Shelf:
    """Of one upload. Its verbs raise StorageError when the store is at fault."""

    def __init__(
        self, storage: Storage, buckets: Buckets, upload: VideoUploaded | VideoWatchedWidely
    ) -> None:
        self._storage = storage
        self._buckets = buckets
        self._upload = upload

    async def find_source(self) -> ObjectFacts:
        """Raises RejectedError when it is gone."""
        try:
            return await self._storage.head(self._upload.bucket, self._upload.object_key)
        except ObjectNotFoundError as error:
            raise RejectedError(Rejection.UPLOAD_MISSING) from error

    async def fetch_source(self, path: Path) -> None:
        """Raises RejectedError when it is gone."""
        try:
            await self._storage.download(self._upload.bucket, self._upload.object_key, path)
        except ObjectNotFoundError as error:
            raise RejectedError(Rejection.UPLOAD_MISSING) from error

    async def read_marker(self, layout: Layout, name: str, kind: type[M]) -> M | None:
        """What an earlier attempt came to; None for nothing, or nothing that this build knows."""
        try:
            content = await self._storage.get(self._buckets.processed, layout.key(name))
            return kind.model_validate_json(content)
        except (ObjectNotFoundError, ValidationError):
            return None

    async def write_marker(self, layout: Layout, name: str, content: BaseModel) -> None:
        body = content.model_dump_json().encode()
        await self._storage.put(
            self._buckets.processed, layout.key(name), body, content_type=content_type(name)
        )

    async def remove_marker(self, layout: Layout, name: str) -> None:
        await self._storage.delete(self._buckets.processed, [layout.key(name)])

    async def put_stills(self, folder: Path, layout: Layout) -> None:
        await self._put_all(self._buckets.thumbnails, folder, _names_in(folder), layout)

    async def put_tracks(self, folder: Path, layout: Layout) -> None:
        """What the folder holds, but for the manifests, and empties it. Until ``put_manifests`` nobody can know of it,
        so that it may be made and put again.
        """
        names = [name for name in _names_in(folder) if not is_manifest(name)]
        for wave in upload_order(names):
            await self._put_all(self._buckets.processed, folder, wave, layout)
            for name in wave:
                (folder / name).unlink()

    async def put_manifests(self, tracks: Sequence[Track], layout: Layout) -> None:
        """What players know from now on. A marker has to tell of these tracks before: they must not change any more."""
        for name, text in manifests(tracks).items():
            await self._storage.put(
                self._buckets.processed,
                layout.key(name),
                text.encode(),
                content_type=content_type(name),
                cache_control=cache_control(name),
            )

    async def copy_all(self, source: Layout, target: Layout) -> None:
        """What stands under one layout, under another too, but for manifests and markers; within the store."""
        for bucket in (self._buckets.thumbnails, self._buckets.processed):
            prefix = f"{source.folder}/"
            keys = await self._storage.list_keys(bucket, prefix)
            copied = [key for key in keys if not is_marker(key) and not is_manifest(key)]
            names = [key.removeprefix(prefix) for key in copied]

            async def copy(name: str, bucket: str = bucket) -> None:
                await self._storage.copy(bucket, source.key(name), target.key(name))

            for wave in upload_order(names):
                await self._each(wave, copy)

    async def _put_all(self, bucket: str, folder: Path, names: Sequence[str], layout: Layout) -> None:
        async def put(name: str) -> None:
            await self._storage.put_file(
                bucket,
                layout.key(name),
                folder / name,
                content_type=content_type(name),
                cache_control=cache_control(name),
            )

        await self._each(names, put)

    async def _each(self, names: Sequence[str], do: Callable[[str], Awaitable[None]]) -> None:
        """Several at once. Raises what the first failure raised."""
        slots = asyncio.Semaphore(_TRANSFERS_AT_ONCE)

        async def one(name: str) -> None:
            async with slots:
                await do(name)

        try:
            async with asyncio.TaskGroup() as tasks:
                for name in names:
                    tasks.create_task(one(name))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures


def _names_in(folder: Path) -> list[str]:
    """Files below a folder, relative to it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
