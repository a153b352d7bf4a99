"""What a domain runs on: its database and the servers that all domains share."""

from __future__ import annotations

from dataclasses import dataclass

from kit.cache import Cache
from kit.config import Settings
from kit.db import Database
from kit.limits import RateLimiter
from kit.local import LocalCaches
from kit.playback.links import PlaybackLinks
from kit.pubsub import PubSub
from kit.storage import Storage


@dataclass(frozen=True, slots=True)
class Resources:
    """Opened by a composition root, closed by it; a domain only uses them."""

    settings: Settings
    database: Database
    cache: Cache
    local: LocalCaches
    pubsub: PubSub
    storage: Storage
    limiter: RateLimiter
    links: PlaybackLinks
