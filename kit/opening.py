"""Opening and closing what a domain runs on; for composition roots and tests."""

from __future__ import annotations

import asyncio

from redis.exceptions import RedisError

from contracts.channels import WAKE_CHANNEL
from kit.cache import Cache
from kit.config import Settings
from kit.db import Database, QueueFigures
from kit.limits import RateLimiter
from kit.local import LocalCaches
from kit.playback.links import PlaybackLinks
from kit.pubsub import PubSub
from kit.resources import Resources
from kit.storage import Storage
from kit.telemetry import get_logger

_log = get_logger("resources")


async def open_resources(settings: Settings, domain: str) -> Resources:
    """Connects as ``domain``: its own role on the database, the shared servers for the rest."""
    database = await Database.connect(
        settings.database_dsn(domain),
        domain,
        max_connections=settings.database_pool_max,
        queue=QueueFigures(settings.database_queue_max, settings.database_wait_s),
    )
    cache, pubsub = Cache.from_settings(settings), PubSub.from_settings(settings)
    database.on_events_committed = Waker(pubsub)
    return Resources(
        settings=settings,
        database=database,
        cache=cache,
        local=LocalCaches(settings.valkey_url),
        pubsub=pubsub,
        storage=Storage.from_settings(settings),
        limiter=RateLimiter(cache),
        links=PlaybackLinks.from_settings(settings),
    )


async def close_resources(resources: Resources) -> None:
    """Closes what open_resources opened."""
    await resources.local.close()
    await resources.database.close()
    await resources.pubsub.close()
    await resources.cache.close()
    resources.storage.close()


class Waker:
    """Tells the relay that facts were committed; without it the relay finds them a quarter second later."""

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub
        self._sending: set[asyncio.Task[None]] = set()

    def __call__(self, domain: str) -> None:
        task = asyncio.get_running_loop().create_task(self._send(domain))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, domain: str) -> None:
        try:
            await self._pubsub.publish(WAKE_CHANNEL, {"domain": domain})
        except (RedisError, OSError) as error:
            _log.info("relay_not_woken", domain=domain, reason=str(error))
