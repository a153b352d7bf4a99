"""Videos in Valkey: ``video:{id}``, the row as it is for everybody; who may see it is decided after the cache.

Only settled videos are kept (active, rejected and deleted ones): the others change every few seconds and are read by
their author alone. A reader that is slow to fill may come after the writer that has just changed the row, so a
video is kept only if no newer revision is there; a deleted one stays as its own tombstone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter

from kit.cache import Cache
from subgraphs.videos.models import LIMITS, Video, VideoStatus

_VIDEO: Final = TypeAdapter(Video)
_SETTLED: Final = frozenset({VideoStatus.ACTIVE, VideoStatus.REJECTED, VideoStatus.DELETED})
_KEEP_NEWEST: Final = """
local kept = redis.call('GET', KEYS[1])
if kept and cjson.decode(kept).revision > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class VideoCache:
    """Videos by id."""

    cache: Cache

    async def find(self, video_ids: Sequence[UUID]) -> Mapping[UUID, Video]:
        """Those that are kept; one round trip."""
        values = await self.cache.get_many([_key(video_id) for video_id in video_ids])
        return {
            video_id: _VIDEO.validate_python(value)
            for video_id, value in zip(video_ids, values, strict=True)
            if value is not None
        }

    async def keep(self, videos: Sequence[Video]) -> None:
        """Settled ones for an hour, unless a newer revision is kept; one round trip."""
        settled = [video for video in videos if video.status in _SETTLED]
        if not settled:
            return
        script = self.cache.client.register_script(_KEEP_NEWEST)
        async with self.cache.client.pipeline(transaction=False) as pipe:
            for video in settled:
                value = _VIDEO.dump_json(video)
                await script(
                    keys=[_key(video.video_id)], args=[video.revision, value, LIMITS.cache_ttl_s], client=pipe
                )
            await pipe.execute()


def _key(video_id: UUID) -> str:
    return f"video:{{{video_id.hex}}}"
