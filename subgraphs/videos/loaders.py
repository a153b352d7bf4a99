"""One loader an access path, named by what it gives and its key: cache, then the gate."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

import strawberry

from contracts.viewer import Viewer
from kit.db import Queryable
from kit.graphql.context import RequestContext
from kit.graphql.loading import Loader
from kit.resources import Resources
from subgraphs.videos import access
from subgraphs.videos.caches import video_cache
from subgraphs.videos.models import Upload, Video
from subgraphs.videos.repository import uploads


class VideoByIdLoader(Loader[UUID, Video | None]):
    """A video, if the viewer may see it."""

    def __init__(self, resources: Resources, viewer: Viewer) -> None:
        super().__init__()
        self._db = resources.database
        self._kept = video_cache(resources)
        self._viewer = viewer

    async def batch_load_fn(self, keys: list[UUID]) -> list[Video | None]:
        found = await self._kept.find(keys)
        visible = await access.visible_videos(self._db, found, self._viewer.user_id)
        return [visible.get(key) for key in keys]


class UploadByIdLoader(Loader[UUID, Upload | None]):
    """An upload of the viewer's own."""

    def __init__(self, db: Queryable, viewer: Viewer) -> None:
        super().__init__()
        self._db = db
        self._viewer = viewer

    async def batch_load_fn(self, keys: list[UUID]) -> list[Upload | None]:
        if self._viewer.user_id is None:
            return [None] * len(keys)
        found = await uploads.find_uploads(self._db, keys)
        return [
            upload
            if (upload := found.get(key)) is not None and upload.author_id == self._viewer.user_id
            else None
            for key in keys
        ]


class Loaders:
    """Of one operation of ``viewer``; each is made when it is first asked for."""

    def __init__(self, resources: Resources, viewer: Viewer) -> None:
        self._resources = resources
        self._viewer = viewer

    @cached_property
    def video_by_id(self) -> VideoByIdLoader:
        return VideoByIdLoader(self._resources, self._viewer)

    @cached_property
    def upload_by_id(self) -> UploadByIdLoader:
        return UploadByIdLoader(self._resources.database, self._viewer)


Context = RequestContext[Loaders]
VideosInfo = strawberry.Info[Context, None]
