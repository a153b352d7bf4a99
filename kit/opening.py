"""Opening and closing what a domain runs on; for composition roots and tests."""

from __future__ import annotations

from kit.cache import Cache
from kit.config import Settings
from kit.db import Database
from kit.limits import RateLimiter
from kit.pubsub import PubSub
from kit.resources import Resources
from kit.storage import Storage


async def open_resources(settings: Settings, domain: str) -> Resources:
    """Connects as ``domain``: its own role on the database, the shared servers for the rest."""
    database = await Database.connect(
        settings.database_dsn(domain), domain, max_connections=settings.database_pool_max
    )
    cache = Cache.from_settings(settings)
    return Resources(
        settings=settings,
        database=database,
        cache=cache,
        pubsub=PubSub.from_settings(settings),
        storage=Storage.from_settings(settings),
        limiter=RateLimiter(cache),
    )


async def close_resources(resources: Resources) -> None:
    """Closes what open_resources opened."""
    await resources.database.close()
    await resources.pubsub.close()
    await resources.cache.close()
    resources.storage.close()
