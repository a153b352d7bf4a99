"""Mutation fields of uploads: parse, call the verb, shape the payload. And what those of videos share with them."""

from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import AsyncExtensionResolver

from contracts import events, ids
from contracts.viewer import Viewer
from kit.db import Transaction
from kit.errors import BadUserInputError
from kit.graphql.fields import enum_value, idempotency_key, no_user_errors
from kit.graphql.ids import read_id
from kit.graphql.mutation import InTransaction, UserErrorType, once
from subgraphs.videos import models
from subgraphs.videos.loaders import VideosInfo
from subgraphs.videos.repository import uploads, videos
from subgraphs.videos.service import uploads as uploading
from subgraphs.videos.service.hints import tell_status
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.types import Video, Visibility
from subgraphs.videos.upload_types import VideoUpload
from subgraphs.videos.uploads import NamedPart

HASHTAGS_HELP = "At most 20, with or without `#`."
CATEGORY_HELP = "A lower-case word such as `music`."


VIDEO_NOT_FOUND_CODE = enum_value("VIDEO_NOT_FOUND", "There is no such video of yours.")
INVALID_TITLE_CODE = enum_value("INVALID_TITLE", "The title is empty or too long.")
INVALID_DESCRIPTION_CODE = enum_value("INVALID_DESCRIPTION", "The description is too long.")
INVALID_CATEGORY_CODE = enum_value("INVALID_CATEGORY", "The category has the wrong length or characters.")
INVALID_LOCATION_CODE = enum_value("INVALID_LOCATION", "The location is too long.")
INVALID_HASHTAGS_CODE = enum_value("INVALID_HASHTAGS", "Too many hashtags, or one that is none.")


class TellsStatus(FieldExtension):
    """Goes after InTransaction: once committed, whoever follows the video re-reads it."""

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: VideosInfo, **kwargs: Any
    ) -> Any:
        payload = await next_(source, info, **kwargs)
        if payload.row is not None:
            await tell_status(info.context.resources.pubsub, payload.row.video_id)
        return payload


class DropsFile(FieldExtension):
    """Goes after InTransaction: once committed, what arrived of the file goes.

    A job does it again when nothing more can arrive, should this process die in between.
    """

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: VideosInfo, **kwargs: Any
    ) -> Any:
        payload = await next_(source, info, **kwargs)
        if payload.row is not None:
            await RawStore(info.context.resources).drop(payload.row)
        return payload


@strawberry.enum(description="Why `createUpload` was not done.")
class CreateUploadErrorCode(Enum):
    UPLOAD_QUOTA_EXCEEDED = enum_value("UPLOAD_QUOTA_EXCEEDED", "Enough uploads for a day.")
    FILE_TOO_LARGE = enum_value("FILE_TOO_LARGE", "The file is too large.")
    FILE_EMPTY = enum_value("FILE_EMPTY", "There is nothing in the file.")
    UNSUPPORTED_CONTENT_TYPE = enum_value("UNSUPPORTED_CONTENT_TYPE", "We don't take such files.")
    VIDEO_TOO_LONG = enum_value("VIDEO_TOO_LONG", "The video lasts too long.")
    INVALID_DURATION = enum_value("INVALID_DURATION", "Nothing lasts so short.")
    INVALID_CHECKSUM = enum_value("INVALID_CHECKSUM", "This is no SHA-256.")
    INVALID_TITLE = INVALID_TITLE_CODE
    INVALID_DESCRIPTION = INVALID_DESCRIPTION_CODE
    INVALID_CATEGORY = INVALID_CATEGORY_CODE
    INVALID_LOCATION = INVALID_LOCATION_CODE
    INVALID_HASHTAGS = INVALID_HASHTAGS_CODE


@strawberry.input(description="Input of `createUpload`.")
class CreateUploadInput:
    size_bytes: int = strawberry.field(description="Size of the file; at most 500 MB.")
    content_type: str = strawberry.field(
        description="`video/mp4`, `video/quicktime`, `video/x-msvideo`, `video/webm` or `video/x-matroska`."
    )
    title: str = strawberry.field(description="1 to 150 characters.")
    duration_ms: int | None = strawberry.field(
        default=None, description="How long the video lasts, if you know; at most 10 minutes."
    )
    sha256: str | None = strawberry.field(
        default=None,
        description="SHA-256 of the file, 64 hexadecimal digits. It is checked when the file has arrived; a file of which "
        "you have a video already need not be sent.",
    )
    description: str = strawberry.field(default="", description="At most 2200 characters.")
    category: str | None = strawberry.field(default=None, description=CATEGORY_HELP)
    hashtags: list[str] = strawberry.field(default_factory=list, description=HASHTAGS_HELP)
    location: str | None = strawberry.field(default=None, description="Where it was made; free text.")
    visibility: Visibility = strawberry.field(
        default=Visibility.PUBLIC, description="Who may watch it once it is ready."
    )
    allow_comments: bool = strawberry.field(default=True, description="Whether people may comment.")
    allow_duet: bool = strawberry.field(default=True, description="Whether people may put a video beside it.")
    allow_stitch: bool = strawberry.field(default=True, description="Whether people may cut it into theirs.")
    watermark: bool = strawberry.field(
        default=False, description="Whether your handle, as it is now, is written into the pictures."
    )
    idempotency_key: str | None = idempotency_key()

    def file(self, viewer: Viewer) -> uploading.Announcement:
        if self.watermark and viewer.handle is None:
            raise BadUserInputError("watermark takes an account with a handle.")
        watermark = f"@{viewer.handle}" if self.watermark else None
        return uploading.Announcement(
            self.size_bytes, self.content_type, self.duration_ms, self.sha256, watermark
        )

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
    UPLOAD_ABORTED = enum_value("UPLOAD_ABORTED", "It was given up, or its video deleted.")


@strawberry.input(description="A piece of the file that you have sent.")
class UploadedPartInput:
    number: int = strawberry.field(description="Its number, from 1.")
    etag: str = strawberry.field(description="The `ETag` header that the store answered.")


@strawberry.input(description="Input of `completeUpload`.")
class CompleteUploadInput:
    upload_id: strawberry.ID = strawberry.field(description="TypeID of the upload, `upl_…`.")
    parts: list[UploadedPartInput] = strawberry.field(
        default_factory=list,
        description="What the store must have, in any order; what is left out is not compared.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `completeUpload`.")
class CompleteUploadPayload:
    row: strawberry.Private[models.Video | None] = None
    user_errors: list[UserErrorType[CompleteUploadErrorCode]] = no_user_errors()

    @strawberry.field(description="The video, as it is now.")
    def video(self) -> Video | None:
        return None if self.row is None else Video.of(self.row)


@strawberry.enum(description="Why `abortUpload` was not done.")
class AbortUploadErrorCode(Enum):
    UPLOAD_NOT_FOUND = enum_value("UPLOAD_NOT_FOUND", "There is no such upload of yours.")
    UPLOAD_COMPLETED = enum_value("UPLOAD_COMPLETED", "The file was handed on already.")


@strawberry.input(description="Input of `abortUpload`.")
class AbortUploadInput:
    upload_id: strawberry.ID = strawberry.field(description="TypeID of the upload, `upl_…`.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="Answer of `abortUpload`.")
class AbortUploadPayload:
    row: strawberry.Private[models.Upload | None] = None
    user_errors: list[UserErrorType[AbortUploadErrorCode]] = no_user_errors()

    @strawberry.field(description="The upload, as it is now.")
    def upload(self) -> VideoUpload | None:
        return None if self.row is None else VideoUpload.of(self.row)


async def file_is_collected(info: VideosInfo, given: CompleteUploadInput) -> None:
    """Before the transaction: the store makes one file of the parts, which takes a while."""
    viewer_id, upload_id = viewer_of(info), read_id(ids.UPLOAD, given.upload_id)
    parts = [NamedPart(part.number, part.etag) for part in given.parts]
    resources = info.context.resources
    await uploading.collect_file(resources.database, RawStore(resources), viewer_id, upload_id, parts)


@strawberry.type
class UploadMutation:
    @strawberry.mutation(
        extensions=[InTransaction()],
        description="Begins a video: tells where to send its file. Send it, then call `completeUpload`.",
    )
    async def create_upload(self, info: VideosInfo, input: CreateUploadInput) -> CreateUploadPayload:
        viewer_id, store = viewer_of(info), RawStore(info.context.resources)

        async def verb(tx: Transaction) -> str:
            created = await uploading.create_upload(
                tx,
                store,
                viewer_id,
                metadata=input.metadata(),
                file=input.file(info.context.viewer),
            )
            return str(created.upload_id)

        upload_id = UUID(await once(info, input, verb))
        rows = await uploads.find_uploads(info.context.transaction, [upload_id])
        return CreateUploadPayload(upload=VideoUpload.of(rows[upload_id]))

    @strawberry.mutation(
        extensions=[InTransaction(file_is_collected), TellsStatus()],
        description="Says that the file was sent; the video is made ready now. Safe to repeat.",
    )
    async def complete_upload(self, info: VideosInfo, input: CompleteUploadInput) -> CompleteUploadPayload:
        viewer_id, upload_id = viewer_of(info), read_id(ids.UPLOAD, input.upload_id)
        store = RawStore(info.context.resources)

        async def verb(tx: Transaction) -> str:
            return str(await uploading.complete_upload(tx, store, viewer_id, upload_id))

        return CompleteUploadPayload(row=await row_of(info, await once(info, input, verb)))

    @strawberry.mutation(
        extensions=[InTransaction(), DropsFile()],
        description="Gives up an upload and its video; what has arrived of the file is dropped. Safe to repeat.",
    )
    async def abort_upload(self, info: VideosInfo, input: AbortUploadInput) -> AbortUploadPayload:
        viewer_id, upload_id = viewer_of(info), read_id(ids.UPLOAD, input.upload_id)

        async def verb(tx: Transaction) -> str:
            return str((await uploading.abort_upload(tx, viewer_id, upload_id)).upload_id)

        await once(info, input, verb)
        rows = await uploads.find_uploads(info.context.transaction, [upload_id])
        return AbortUploadPayload(row=rows[upload_id])


def viewer_of(info: VideosInfo) -> UUID:
    viewer_id = info.context.signed_in().user_id
    assert viewer_id is not None, "signed_in() gives somebody"
    return viewer_id


async def row_of(info: VideosInfo, video_id: str) -> models.Video:
    """The video as this transaction sees it."""
    wanted = UUID(video_id)
    return (await videos.find_videos(info.context.transaction, [wanted]))[wanted]
