"""The origin: playlists, segments and pictures out of object storage."""

from __future__ import annotations

import asyncio

from kit.config import Settings
from kit.service import serve_asgi
from media.origin import open_origin


async def serve_origin(settings: Settings, *, stop: asyncio.Event) -> None:
    """On ``settings.origin_port``."""
    async with open_origin(settings) as origin:
        await serve_asgi(origin, host=settings.host, port=settings.origin_port, stop=stop)
