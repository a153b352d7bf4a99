"""Types of uploads: where to send a file, and what has arrived."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from contracts import ids
from kit.graphql.fields import enum_value
from subgraphs.videos import models
from subgraphs.videos.loaders import VideosInfo
from subgraphs.videos.service import uploads as uploading
from subgraphs.videos.service.raw_store import RawStore
from subgraphs.videos.types import Video
from subgraphs.videos.uploads import WantedPart, pick_parts, plan_parts, read_md5


@strawberry.enum(description="Where an upload stands.")
class VideoUploadStatus(Enum):
    OPEN = enum_value("open", "The file can be sent.")
    COMPLETED = enum_value("completed", "The file has arrived and was handed on.")
    EXPIRED = enum_value("expired", "The file did not arrive in time.")
    ABORTED = enum_value("aborted", "It was given up.")


@strawberry.type(description="A header of an HTTP request.")
class VideoUploadHeader:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value, exactly.")


@strawberry.input(description="A piece of the file that you are about to send.")
class WantedPartInput:
    number: int = strawberry.field(description="From 1, in the order of the file.")
    md5: str | None = strawberry.field(
        default=None,
        description="MD5 of its bytes, 32 hexadecimal digits: the store then refuses others. Only where there are several.",
    )


@strawberry.type(description="A piece of a file, and where to send it.")
class VideoUploadPart:
    number: int = strawberry.field(description="From 1, in the order of the file.")
    url: str = strawberry.field(description="Send these bytes here with HTTP PUT within an hour.")
    headers: list[VideoUploadHeader] = strawberry.field(description="What the request must carry.")
    size_bytes: int = strawberry.field(description="How many bytes, exactly.")
    is_received: bool = strawberry.field(description="Whether it has arrived already.")


@strawberry.type(description="A piece of a file that has arrived.")
class ReceivedUploadPart:
    number: int = strawberry.field(description="From 1, in the order of the file.")
    size_bytes: int = strawberry.field(description="How many bytes.")
    etag: str = strawberry.field(
        description="What the store answered; mostly the MD5 of the bytes, in quotes."
    )


@strawberry.type(description="A permission to send the file of a video, piece by piece and with pauses.")
class VideoUpload:
    row: strawberry.Private[models.Upload]

    @strawberry.field(description="TypeID, `upl_…`.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(ids.encode_id(ids.UPLOAD, self.row.upload_id))

    @strawberry.field(description="The video that the file becomes; null once deleted.")
    async def video(self, info: VideosInfo) -> Video | None:
        row = await info.context.loaders.video_by_id.load(self.row.video_id)
        return None if row is None else Video.of(row)

    @strawberry.field(description="Size of the whole file.")
    def size_bytes(self) -> int:
        return self.row.size_bytes

    @strawberry.field(description="Container of the file, as a media type.")
    def content_type(self) -> str:
        return self.row.content_type.value

    @strawberry.field(description="SHA-256 of the file in hexadecimal digits, if you told it.")
    def sha256(self) -> str | None:
        return None if self.row.sha256 is None else self.row.sha256.hex()

    @strawberry.field(description="In how many pieces the file is sent.")
    def part_count(self) -> int:
        return len(plan_parts(self.row.size_bytes, self.row.part_size_bytes))

    @strawberry.field(description="Size of each piece but the last.")
    def part_size_bytes(self) -> int:
        return self.row.part_size_bytes

    @strawberry.field(
        description="Pieces of the file with fresh URLs: those wanted, or else the first 16 that have not arrived; "
        "empty once the upload is over."
    )
    async def parts(
        self,
        info: VideosInfo,
        wanted: Annotated[
            list[WantedPartInput] | None, strawberry.argument(description="At most 16.")
        ] = None,
    ) -> list[VideoUploadPart]:
        return await _parts(info, self.row, wanted) if self.row.is_open else []

    @strawberry.field(description="Pieces that have arrived; empty once the upload is over.")
    async def received_parts(self, info: VideosInfo) -> list[ReceivedUploadPart]:
        if not self.row.is_open:
            return []
        received = await RawStore(info.context.resources).received(self.row)
        return [
            ReceivedUploadPart(number=number, size_bytes=part.size_bytes, etag=part.etag)
            for number, part in sorted(received.items())
        ]

    @strawberry.field(description="Where it stands.")
    def status(self) -> VideoUploadStatus:
        return _upload_status(self.row)

    @strawberry.field(description="Whether the file was handed on.")
    def is_completed(self) -> bool:
        return self.row.completed_at is not None

    @strawberry.field(
        description="Whether nothing has to be sent, since a video of yours was made of the same file before."
    )
    def is_known_file(self) -> bool:
        return self.row.twin_id is not None

    @strawberry.field(description="Until when the file can be sent and completed.")
    def expires_at(self) -> datetime:
        return self.row.expires_at

    @classmethod
    def of(cls, row: models.Upload) -> "VideoUpload":
        return cls(row=row)


async def _parts(
    info: VideosInfo, row: models.Upload, wanted: list[WantedPartInput] | None
) -> list[VideoUploadPart]:
    resources = info.context.resources
    store = RawStore(resources)
    upload = await uploading.begin_sending(resources.database, store, row)
    if not upload.is_open:
        return []
    received = await store.received(upload)
    named = None if wanted is None else [WantedPart(each.number, read_md5(each.md5)) for each in wanted]
    picked = pick_parts(plan_parts(upload.size_bytes, upload.part_size_bytes), received, named)
    signed = await store.sign(upload, picked)
    return [
        VideoUploadPart(
            number=part.number,
            url=request.url,
            headers=[VideoUploadHeader(name=name, value=value) for name, value in request.headers.items()],
            size_bytes=part.size_bytes,
            is_received=part.number in received,
        )
        for (part, _), request in zip(picked, signed, strict=True)
    ]


def _upload_status(row: models.Upload) -> VideoUploadStatus:
    if row.completed_at is not None:
        return VideoUploadStatus.COMPLETED
    if row.aborted_at is not None:
        return VideoUploadStatus.ABORTED
    return VideoUploadStatus.OPEN if row.expired_at is None else VideoUploadStatus.EXPIRED
