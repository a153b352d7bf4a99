"""Query fields of the videos subgraph."""

from typing import Annotated

import strawberry

from contracts import ids
from kit.graphql.ids import find_id
from subgraphs.videos import reads
from subgraphs.videos.loaders import VideosInfo
from subgraphs.videos.types import Video, video_by_id
from subgraphs.videos.upload_types import VideoUpload


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

    @strawberry.federation.field(
        tags=["viewer"],
        description="Uploads of yours whose file can still be sent, from whatever device; newest first, at most 20.",
    )
    async def video_uploads(self, info: VideosInfo) -> list[VideoUpload]:
        viewer_id = info.context.signed_in().user_id
        assert viewer_id is not None, "signed_in() gives somebody"
        rows = await reads.open_uploads(info.context.resources.database, viewer_id)
        return [VideoUpload.of(row) for row in rows]
