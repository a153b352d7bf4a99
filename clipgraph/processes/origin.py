"""The origin: playlists, segments and pictures out of object storage."""

from __future__ import annotations

import asyncio

from kit.config import Settings
from kit.service import serve_asgi
from kit.storage import Storage
from media.origin import create_origin


async def serve_origin(settings: Settings, *, stop: asyncio.Event) -> None:
    """On ``settings.origin_port``."""
    storage = Storage.from_settings(settings)
    try:
        app = create_origin(storage, settings)
        await serve_asgi(app, host=settings.host, port=settings.origin_port, stop=stop)
    finally:
        storage.close()
