"""Mutation fields of the videos subgraph: parse, call the verb, shape the payload."""

from enum import Enum
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import AsyncExtensionResolver

from contracts import events, ids
from kit.db import Transaction
from kit.graphql.fields import enum_value, idempotency_key, no_user_errors
from kit.graphql.ids import read_id
from kit.graphql.mutation import InTransaction, UserErrorType, once
from subgraphs.videos import models
from subgraphs.videos.caches import video_cache
from subgraphs.videos.loaders import VideosInfo
from subgraphs.videos.service import editing
from subgraphs.videos.service.gates import Gatekeeper
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.types import Video, Visibility
from subgraphs.videos.upload_mutations import (
    CATEGORY_HELP,
    HASHTAGS_HELP,
    INVALID_CATEGORY_CODE,
    INVALID_DESCRIPTION_CODE,
    INVALID_HASHTAGS_CODE,
    INVALID_LOCATION_CODE,
    INVALID_TITLE_CODE,
    VIDEO_NOT_FOUND_CODE,
    TellsStatus,
    UploadMutation,
    row_of,
    viewer_of,
)


class KeepsVideo(FieldExtension):
    """Goes after InTransaction: once committed, the changed video is what the cache has, and who may see it now is
    what the origin goes by.

    The fact of the change tells both again, should this process die in between.
    """

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: VideosInfo, **kwargs: Any
    ) -> Any:
        payload = await next_(source, info, **kwargs)
        if payload.row is not None:
            await Gatekeeper(info.context.resources).tell(payload.row)
            await video_cache(info.context.resources).keep([payload.row])
        return payload


@strawberry.enum(description="Why `retryVideo` was not done.")
class RetryVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = VIDEO_NOT_FOUND_CODE
    NOT_RETRYABLE = enum_value("NOT_RETRYABLE", "It has not failed, or not by our fault.")
    NO_ATTEMPTS_LEFT = enum_value("NO_ATTEMPTS_LEFT", "It was tried often enough.")


@strawberry.input(description="Input of `retryVideo`.")
class RetryVideoInput:
    video_id: strawberry.ID = strawberry.field(description="TypeID of the video, `vid_…`.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `retryVideo`.")
class RetryVideoPayload:
    row: strawberry.Private[models.Video | None] = None
    user_errors: list[UserErrorType[RetryVideoErrorCode]] = no_user_errors()

    @strawberry.field(description="The video, as it is now.")
    def video(self) -> Video | None:
        return None if self.row is None else Video.of(self.row)


@strawberry.enum(description="Why `updateVideo` was not done.")
class UpdateVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = VIDEO_NOT_FOUND_CODE
    INVALID_TITLE = INVALID_TITLE_CODE
    INVALID_DESCRIPTION = INVALID_DESCRIPTION_CODE
    INVALID_CATEGORY = INVALID_CATEGORY_CODE
    INVALID_LOCATION = INVALID_LOCATION_CODE
    INVALID_HASHTAGS = INVALID_HASHTAGS_CODE


@strawberry.input(description="Input of `updateVideo`: what is left out stays as it is.")
class UpdateVideoInput:
    video_id: strawberry.ID = strawberry.field(description="TypeID of the video, `vid_…`.")
    title: str | None = strawberry.field(default=None, description="1 to 150 characters.")
    description: str | None = strawberry.field(default=None, description="At most 2200 characters.")
    category: str | None = strawberry.field(default=None, description=CATEGORY_HELP + " Empty takes it away.")
    hashtags: list[str] | None = strawberry.field(default=None, description=HASHTAGS_HELP)
    location: str | None = strawberry.field(
        default=None, description="Where it was made. Empty takes it away."
    )
    visibility: Visibility | None = strawberry.field(default=None, description="Who may watch it.")
    allow_comments: bool | None = strawberry.field(default=None, description="Whether people may comment.")
    allow_duet: bool | None = strawberry.field(
        default=None, description="Whether people may put a video beside it."
    )
    allow_stitch: bool | None = strawberry.field(
        default=None, description="Whether people may cut it into theirs."
    )
    idempotency_key: str | None = idempotency_key()

    def edit(self) -> models.MetadataEdit:
        return models.MetadataEdit(
            title=self.title,
            description=self.description,
            category=self.category,
            hashtags=None if self.hashtags is None else tuple(self.hashtags),
            location=self.location,
            visibility=None if self.visibility is None else events.Visibility(self.visibility.value),
            allow_comments=self.allow_comments,
            allow_duet=self.allow_duet,
            allow_stitch=self.allow_stitch,
        )


@strawberry.type(description="Answer of `updateVideo`.")
class UpdateVideoPayload:
    row: strawberry.Private[models.Video | None] = None
    user_errors: list[UserErrorType[UpdateVideoErrorCode]] = no_user_errors()

    @strawberry.field(description="The video, as it is now.")
    def video(self) -> Video | None:
        return None if self.row is None else Video.of(self.row)


@strawberry.enum(description="Why `deleteVideo` was not done.")
class DeleteVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = VIDEO_NOT_FOUND_CODE


@strawberry.input(description="Input of `deleteVideo`.")
class DeleteVideoInput:
    video_id: strawberry.ID = strawberry.field(description="TypeID of the video, `vid_…`.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `deleteVideo`.")
class DeleteVideoPayload:
    row: strawberry.Private[models.Video | None] = None
    user_errors: list[UserErrorType[DeleteVideoErrorCode]] = no_user_errors()

    @strawberry.field(description="Id of the video that is gone.")
    def deleted_video_id(self) -> strawberry.ID | None:
        return None if self.row is None else Video.of(self.row).id()


@strawberry.type
class Mutation(UploadMutation):
    @strawberry.mutation(
        extensions=[InTransaction(), TellsStatus()],
        description="Has the file of a video tried again that failed by our fault, three times at most. Safe to repeat.",
    )
    async def retry_video(self, info: VideosInfo, input: RetryVideoInput) -> RetryVideoPayload:
        viewer_id, video_id = viewer_of(info), read_id(ids.VIDEO, input.video_id)
        store = RawStore(info.context.resources)

        async def verb(tx: Transaction) -> str:
            return str((await editing.retry_video(tx, store, viewer_id, video_id)).video_id)

        return RetryVideoPayload(row=await row_of(info, await once(info, input, verb)))

    @strawberry.mutation(
        extensions=[InTransaction(), KeepsVideo()],
        description="Changes what is said of a video of yours, and who may watch it.",
    )
    async def update_video(self, info: VideosInfo, input: UpdateVideoInput) -> UpdateVideoPayload:
        viewer_id, video_id = viewer_of(info), read_id(ids.VIDEO, input.video_id)

        async def verb(tx: Transaction) -> str:
            return str((await editing.update_video(tx, viewer_id, video_id, input.edit())).video_id)

        return UpdateVideoPayload(row=await row_of(info, await once(info, input, verb)))

    @strawberry.mutation(
        extensions=[InTransaction(), KeepsVideo()], description="Deletes a video of yours, for everyone."
    )
    async def delete_video(self, info: VideosInfo, input: DeleteVideoInput) -> DeleteVideoPayload:
        viewer_id, video_id = viewer_of(info), read_id(ids.VIDEO, input.video_id)

        async def verb(tx: Transaction) -> str:
            return str((await editing.delete_video(tx, viewer_id, video_id)).video_id)

        return DeleteVideoPayload(row=await row_of(info, await once(info, input, verb)))
