"""Valkey under many commands at once."""

from __future__ import annotations

import asyncio

from kit.cache import Cache
from kit.config import Settings


async def test_more_commands_than_connections_wait_for_one(settings: Settings) -> None:
    cache = Cache.from_settings(settings)
    try:
        keys = [f"many:{number}" for number in range(1000)]
        await asyncio.gather(*(cache.put_many({key: key}, ttl_s=60) for key in keys))
        assert await asyncio.gather(*(cache.get_many([key]) for key in keys)) == [[key] for key in keys]
    finally:
        await cache.close()
