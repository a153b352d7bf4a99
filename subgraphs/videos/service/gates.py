"""Who may read a video's files at the origin. The origin hears it from here, and asks nobody else."""

from __future__ import annotations

from uuid import UUID

from contracts.playback import Gate, video_of
from kit.playback import Gates
from kit.resources import Resources
from subgraphs.videos import access
from subgraphs.videos.models import Video
from subgraphs.videos.repository import videos


class Gatekeeper:
    """Tells the origin how videos stand."""

    def __init__(self, resources: Resources) -> None:
        self._db = resources.database
        self._pubsub = resources.pubsub
        self._gates = Gates(resources.cache, resources.storage, resources.settings.bucket_processed)

    async def tell(self, video: Video) -> None:
        """At once: before the commit of what opens a video, after that of what shuts it. A fact has to follow, by which
        ``settle`` makes it last.
        """
        if video.media is not None:
            await self._gates.put(self._pubsub, video_of(video.media.playlist_key), _gate(video))

    async def settle(self, video_id: UUID) -> None:
        """As the row says, for good; the row is locked, so that of two the newer comes last."""
        async with self._db.transaction() as tx:
            video = await videos.lock_video(tx, video_id)
            if video is None or video.media is None:
                return
            await self.tell(video)
            await self._gates.store(video_of(video.media.playlist_key), _gate(video))


def _gate(video: Video) -> Gate:
    return Gate(access=access.files_access(video), revision=video.revision)
