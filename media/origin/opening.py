"""An origin with all that it runs on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from kit.config import Settings
from kit.playback import Gates
from kit.pubsub import PubSub
from kit.storage import Storage
from media.origin.app import Origin, OriginFigures
from media.origin.disk_cache import DiskCache
from media.origin.edge_cache import EdgeCache
from media.origin.gatehouse import Gatehouse


@asynccontextmanager
async def open_origin(
    settings: Settings, *, figures: OriginFigures | None = None, is_told: bool = True
) -> AsyncIterator[Origin]:
    """``is_told`` False hears no hints: takedowns hold all the same, half a second later."""
    async with AsyncExitStack() as stack:
        storage = Storage.from_settings(settings)
        stack.callback(storage.close)
        gates = Gates.for_asking(settings, storage)
        stack.push_async_callback(gates.close)
        disk = None
        if settings.edge_disk_bytes:
            folder = settings.data_dir / "edge"
            disk = await asyncio.to_thread(DiskCache, folder, settings.edge_disk_bytes)
        cache = EdgeCache(settings.edge_memory_bytes, disk)
        stack.push_async_callback(cache.close)
        gatehouse = Gatehouse(gates)
        if is_told:
            pubsub = PubSub.from_settings(settings)
            stack.push_async_callback(pubsub.close)
            listening = asyncio.create_task(gatehouse.listen(pubsub, cache.drop_video))
            stack.push_async_callback(partial(_end, listening))
        yield Origin(storage, gatehouse, cache, settings, figures=figures)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()
