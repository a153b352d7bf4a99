"""Mutation fields of the videos subgraph: parse, call the verb, shape the payload."""

from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import AsyncExtensionResolver

from contracts import events, ids
from kit.db import Transaction
from kit.graphql.fields import enum_value, idempotency_key, no_user_errors
from kit.graphql.ids import read_id
from kit.graphql.mutation import InTransaction, UserErrorType, once
from subgraphs.videos import models
from subgraphs.videos.caches import VideoCache
from subgraphs.videos.loaders import VideosInfo
from subgraphs.videos.repository import uploads, videos
from subgraphs.videos.service import editing
from subgraphs.videos.service import uploads as uploading
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.types import Video, VideoUpload, Visibility
from subgraphs.videos.uploads import ReceivedPart

_HASHTAGS = "At most 20, with or without `#`."
_CATEGORY = "A lower-case word such as `music`."


_VIDEO_NOT_FOUND = enum_value("VIDEO_NOT_FOUND", "There is no such video of yours.")
_INVALID_TITLE = enum_value("INVALID_TITLE", "The title is empty or too long.")
_INVALID_DESCRIPTION = enum_value("INVALID_DESCRIPTION", "The description is too long.")
_INVALID_CATEGORY = enum_value("INVALID_CATEGORY", "The category has the wrong length or characters.")
_INVALID_LOCATION = enum_value("INVALID_LOCATION", "The location is too long.")
_INVALID_HASHTAGS = enum_value("INVALID_HASHTAGS", "Too many hashtags, or one that is none.")


class KeepsVideo(FieldExtension):
    """Goes after InTransaction: once committed, the changed video is what the cache has.

    The fact of the change refreshes the cache again, should this process die in between.
    """

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: VideosInfo, **kwargs: Any
    ) -> Any:
        payload = await next_(source, info, **kwargs)
        if payload.row is not None:
            await VideoCache(info.context.resources.cache).keep([payload.row])
        return payload


@strawberry.enum(description="Why `createUpload` was not done.")
class CreateUploadErrorCode(Enum):
    UPLOAD_QUOTA_EXCEEDED = enum_value("UPLOAD_QUOTA_EXCEEDED", "Enough uploads for a day.")
    FILE_TOO_LARGE = enum_value("FILE_TOO_LARGE", "The file is too large.")
    FILE_EMPTY = enum_value("FILE_EMPTY", "There is nothing in the file.")
    UNSUPPORTED_CONTENT_TYPE = enum_value("UNSUPPORTED_CONTENT_TYPE", "We don't take such files.")
    INVALID_TITLE = _INVALID_TITLE
    INVALID_DESCRIPTION = _INVALID_DESCRIPTION
    INVALID_CATEGORY = _INVALID_CATEGORY
    INVALID_LOCATION = _INVALID_LOCATION
    INVALID_HASHTAGS = _INVALID_HASHTAGS


@strawberry.input(description="Input of `createUpload`.")
class CreateUploadInput:
    size_bytes: int = strawberry.field(description="Size of the file; at most 500 MB.")
    content_type: str = strawberry.field(
        description="`video/mp4`, `video/quicktime`, `video/x-msvideo`, `video/webm` or `video/x-matroska`."
    )
    title: str = strawberry.field(description="1 to 150 characters.")
    description: str = strawberry.field(default="", description="At most 2200 characters.")
    category: str | None = strawberry.field(default=None, description=_CATEGORY)
    hashtags: list[str] = strawberry.field(default_factory=list, description=_HASHTAGS)
    location: str | None = strawberry.field(default=None, description="Where it was made; free text.")
    visibility: Visibility = strawberry.field(
        default=Visibility.PUBLIC, description="Who may watch it once it is ready."
    )
    allow_comments: bool = strawberry.field(default=True, description="Whether people may comment.")
    allow_duet: bool = strawberry.field(default=True, description="Whether people may put a video beside it.")
    allow_stitch: bool = strawberry.field(default=True, description="Whether people may cut it into theirs.")
    idempotency_key: str | None = idempotency_key()

    def metadata(self) -> models.Metadata:
        return models.Metadata(
            title=self.title,
            description=self.description,
            category=self.category,
            hashtags=tuple(self.hashtags),
            location=self.location,
            visibility=events.Visibility(self.visibility.value),
            allow_comments=self.allow_comments,
            allow_duet=self.allow_duet,
            allow_stitch=self.allow_stitch,
        )


@strawberry.type(description="Answer of `createUpload`.")
class CreateUploadPayload:
    upload: VideoUpload | None = strawberry.field(default=None, description="Where to send the file.")
    user_errors: list[UserErrorType[CreateUploadErrorCode]] = no_user_errors()


@strawberry.enum(description="Why `completeUpload` was not done.")
class CompleteUploadErrorCode(Enum):
    UPLOAD_NOT_FOUND = enum_value("UPLOAD_NOT_FOUND", "There is no such upload of yours.")
    UPLOAD_INCOMPLETE = enum_value("UPLOAD_INCOMPLETE", "The store has not all of the file.")
    UPLOAD_EXPIRED = enum_value("UPLOAD_EXPIRED", "Its time is up.")
    VIDEO_NOT_FOUND = enum_value("VIDEO_NOT_FOUND", "The video was deleted meanwhile.")


@strawberry.input(description="A piece of the file that you have sent.")
class UploadedPartInput:
    number: int = strawberry.field(description="Its number, from 1.")
    etag: str = strawberry.field(description="The `ETag` header that the store answered.")


@strawberry.input(description="Input of `completeUpload`.")
class CompleteUploadInput:
    upload_id: strawberry.ID = strawberry.field(description="TypeID of the upload, `upl_…`.")
    parts: list[UploadedPartInput] = strawberry.field(
        default_factory=list, description="Every part, in any order; may be left out when there is only one."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `completeUpload`.")
class CompleteUploadPayload:
    row: strawberry.Private[models.Video | None] = None
    user_errors: list[UserErrorType[CompleteUploadErrorCode]] = no_user_errors()

    @strawberry.field(description="The video, as it is now.")
    def video(self) -> Video | None:
        return None if self.row is None else Video.of(self.row)


@strawberry.enum(description="Why `updateVideo` was not done.")
class UpdateVideoErrorCode(Enum):
    VIDEO_NOT_FOUND = _VIDEO_NOT_FOUND
    INVALID_TITLE = _INVALID_TITLE
    INVALID_DESCRIPTION = _INVALID_DESCRIPTION
    INVALID_CATEGORY = _INVALID_CATEGORY
    INVALID_LOCATION = _INVALID_LOCATION
    INVALID_HASHTAGS = _INVALID_HASHTAGS


@strawberry.input(description="Input of `updateVideo`: what is left out stays as it is.")
class UpdateVideoInput:
    video_id: strawberry.ID = strawberry.field(description="TypeID of the video, `vid_…`.")
    title: str | None = strawberry.field(default=None, description="1 to 150 characters.")
    description: str | None = strawberry.field(default=None, description="At most 2200 characters.")
    category: str | None = strawberry.field(default=None, description=_CATEGORY + " Empty takes it away.")
    hashtags: list[str] | None = strawberry.field(default=None, description=_HASHTAGS)
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
    VIDEO_NOT_FOUND = _VIDEO_NOT_FOUND


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


async def file_is_collected(info: VideosInfo, given: CompleteUploadInput) -> None:
    """Before the transaction: the store makes one file of the parts, which takes a while."""
    viewer_id, upload_id = _viewer_id(info), read_id(ids.UPLOAD, given.upload_id)
    parts = [ReceivedPart(part.number, part.etag) for part in given.parts]
    resources = info.context.resources
    await uploading.collect_file(resources.database, RawStore(resources), viewer_id, upload_id, parts)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        extensions=[InTransaction()],
        description="Begins a video: tells where to send its file. Send it, then call `completeUpload`.",
    )
    async def create_upload(self, info: VideosInfo, input: CreateUploadInput) -> CreateUploadPayload:
        viewer_id, store = _viewer_id(info), RawStore(info.context.resources)

        async def verb(tx: Transaction) -> str:
            created = await uploading.create_upload(
                tx,
                store,
                viewer_id,
                metadata=input.metadata(),
                content_type=input.content_type,
                size_bytes=input.size_bytes,
            )
            return str(created.upload_id)

        upload_id = UUID(await once(info, input, verb))
        rows = await uploads.find_uploads(info.context.transaction, [upload_id])
        return CreateUploadPayload(upload=VideoUpload.of(rows[upload_id]))

    @strawberry.mutation(
        extensions=[InTransaction(file_is_collected)],
        description="Says that the file was sent; the video is made ready now. Safe to repeat.",
    )
    async def complete_upload(self, info: VideosInfo, input: CompleteUploadInput) -> CompleteUploadPayload:
        viewer_id, upload_id = _viewer_id(info), read_id(ids.UPLOAD, input.upload_id)
        store = RawStore(info.context.resources)

        async def verb(tx: Transaction) -> str:
            return str(await uploading.complete_upload(tx, store, viewer_id, upload_id))

        return CompleteUploadPayload(row=await _row(info, await once(info, input, verb)))

    @strawberry.mutation(
        extensions=[InTransaction(), KeepsVideo()],
        description="Changes what is said of a video of yours, and who may watch it.",
    )
    async def update_video(self, info: VideosInfo, input: UpdateVideoInput) -> UpdateVideoPayload:
        viewer_id, video_id = _viewer_id(info), read_id(ids.VIDEO, input.video_id)

        async def verb(tx: Transaction) -> str:
            return str((await editing.update_video(tx, viewer_id, video_id, input.edit())).video_id)

        return UpdateVideoPayload(row=await _row(info, await once(info, input, verb)))

    @strawberry.mutation(
        extensions=[InTransaction(), KeepsVideo()], description="Deletes a video of yours, for everyone."
    )
    async def delete_video(self, info: VideosInfo, input: DeleteVideoInput) -> DeleteVideoPayload:
        viewer_id, video_id = _viewer_id(info), read_id(ids.VIDEO, input.video_id)

        async def verb(tx: Transaction) -> str:
            return str((await editing.delete_video(tx, viewer_id, video_id)).video_id)

        return DeleteVideoPayload(row=await _row(info, await once(info, input, verb)))


def _viewer_id(info: VideosInfo) -> UUID:
    viewer_id = info.context.signed_in().user_id
    assert viewer_id is not None, "signed_in() gives somebody"
    return viewer_id


async def _row(info: VideosInfo, video_id: str) -> models.Video:
    """The video as this transaction sees it."""
    wanted = UUID(video_id)
    return (await videos.find_videos(info.context.transaction, [wanted]))[wanted]
