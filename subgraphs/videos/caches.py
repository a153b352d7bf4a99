"""Videos as everybody sees them, kept in Valkey and in the process.

Only settled ones are (active, rejected and deleted): the others change every few seconds and are read by their author
alone.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from pydantic import TypeAdapter

from kit.entity_cache import EntityCache, EntityKind
from kit.resources import Resources
from subgraphs.videos.models import LIMITS, Video, VideoStatus
from subgraphs.videos.repository import videos

_SETTLED: Final = frozenset({VideoStatus.ACTIVE, VideoStatus.REJECTED, VideoStatus.DELETED})
_KIND: Final = EntityKind(
    name="video",
    adapter=TypeAdapter(Video),
    id_of=lambda video: video.video_id,
    ttl_s=LIMITS.cache_ttl_s,
    may_keep=lambda video: video.status in _SETTLED,
)


def video_cache(resources: Resources) -> EntityCache[Video]:
    """Videos by id."""
    read = partial(videos.find_videos, resources.database)
    return EntityCache(_KIND, resources.cache, resources.local, read)
