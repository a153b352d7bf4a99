"""Subscription fields of the videos subgraph."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from contracts import ids
from contracts.channels import video_status_channel
from kit.errors import NotFoundError
from kit.graphql.ids import read_id
from subgraphs.videos import models
from subgraphs.videos.loaders import VideosInfo
from subgraphs.videos.types import ProcessingStage, Video, VideoStatus, seconds_left


@strawberry.type(description="How far a video is on its way to being watched.")
class VideoStatusChange:
    row: strawberry.Private[models.Video]

    @strawberry.field(description="The video, as it is now.")
    def video(self) -> Video:
        return Video.of(self.row)

    @strawberry.field(description="Where it stands in its life.")
    def status(self) -> VideoStatus:
        return VideoStatus(self.row.status.value)

    @strawberry.field(description="What is being done to it; null unless it is processing.")
    def stage(self) -> ProcessingStage | None:
        return None if self.row.stage is None else ProcessingStage(self.row.stage.value)

    @strawberry.field(description="How much of the processing is done, 0 to 100.")
    def percent(self) -> int:
        return self.row.percent

    @strawberry.field(
        description="Estimate of how long the processing goes on, in seconds; null while there is none."
    )
    def remaining_seconds(self) -> int | None:
        return seconds_left(self.row)

    @strawberry.field(description="Stable code of why it failed; null unless it did.")
    def failure_reason(self) -> str | None:
        return None if self.row.failure is None else self.row.failure.reason

    @strawberry.field(description="What to do about the failure; null unless it failed.")
    def failure_message(self) -> str | None:
        return None if self.row.failure is None else self.row.failure.message


@strawberry.type
class Subscription:
    @strawberry.subscription(description="How a video of yours gets on, from its upload until it is active.")
    async def video_status_changed(
        self,
        info: VideosInfo,
        video_id: Annotated[strawberry.ID, strawberry.argument(description="TypeID, `vid_…`.")],
    ) -> AsyncGenerator[VideoStatusChange, None]:
        viewer, wanted = info.context.signed_in(), read_id(ids.VIDEO, video_id)
        row = await info.context.loaders.video_by_id.load(wanted)
        if row is None or row.author_id != viewer.user_id:
            raise NotFoundError("There is no such video of yours.")
        async for _ in info.context.events(video_status_channel(wanted)):
            now = await info.context.loaders.video_by_id.clear(wanted).load(wanted)
            if now is not None:
                yield VideoStatusChange(row=now)
