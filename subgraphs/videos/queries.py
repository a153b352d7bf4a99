"""Query fields of the videos subgraph."""

from typing import Annotated

import strawberry

from contracts import ids
from kit.graphql.ids import find_id
from subgraphs.videos.loaders import VideosInfo
from subgraphs.videos.types import Video, VideoUpload, video_by_id


@strawberry.type
class Query:
    @strawberry.federation.field(
        tags=["viewer"], description="A video by its id; null when there is none for you."
    )
    async def video(
        self,
        info: VideosInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="TypeID, `vid_…`.")],
    ) -> Video | None:
        return await video_by_id(info, id)

    @strawberry.federation.field(
        tags=["viewer"], description="An upload of yours, to go on with it; null when there is none."
    )
    async def video_upload(
        self,
        info: VideosInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="TypeID, `upl_…`.")],
    ) -> VideoUpload | None:
        upload_id = find_id(ids.UPLOAD, id)
        row = None if upload_id is None else await info.context.loaders.upload_by_id.load(upload_id)
        return None if row is None else VideoUpload.of(row)
