"""Object types of the videos subgraph: Video is ours; User gets the list of their videos."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from math import ceil
from typing import Annotated, Any
from uuid import UUID

import strawberry

from contracts import ids
from contracts.playback import Access
from kit.errors import BadUserInputError
from kit.graphql.connections import Connection, connect, decode_cursor, encode_cursor, page_size
from kit.graphql.fields import enum_value
from kit.graphql.ids import find_id, read_id
from kit.graphql.loading import load_known
from subgraphs.videos import access, models, reads
from subgraphs.videos.loaders import VideosInfo

First = Annotated[int | None, strawberry.argument(description="How many, 1 to 100; 20 when left out.")]
After = Annotated[str | None, strawberry.argument(description="Cursor after which to go on.")]


@strawberry.enum(description="Where a video stands in its life.")
class VideoStatus(Enum):
    UPLOADING = enum_value("uploading", "Its file is on its way.")
    PROCESSING = enum_value("processing", "It is being made ready to play.")
    ACTIVE = enum_value("active", "It can be watched.")
    FAILED = enum_value("failed", "It did not become a video; `failure` says why.")
    REJECTED = enum_value("rejected", "It may not be shown.")
    DELETED = enum_value("deleted", "It is gone.")


@strawberry.enum(description="What is being done to a video's file.")
class ProcessingStage(Enum):
    QUEUED = enum_value("queued", "It waits for its turn.")
    PROBING = enum_value("probing", "The file is looked at.")
    TRANSCODING = enum_value("transcoding", "Renditions are made.")
    THUMBNAILS = enum_value("thumbnails", "Thumbnails are taken.")
    PUBLISHING = enum_value("publishing", "The results are put where players read them.")


@strawberry.enum(description="Who may watch a video.")
class Visibility(Enum):
    PUBLIC = enum_value("public", "Everyone.")
    FRIENDS = enum_value("friends", "People whom the creator follows and who follow back.")
    PRIVATE = enum_value("private", "The creator alone.")


@strawberry.enum(description="What moderation says of a video.")
class ModerationStatus(Enum):
    PENDING = enum_value("pending", "Nobody has looked yet; it is shown nonetheless.")
    APPROVED = enum_value("approved", "It may be shown.")
    REJECTED = enum_value("rejected", "It may not be shown.")
    APPEALED = enum_value("appealed", "It was rejected and the creator objects.")


@strawberry.type(description="Why a file did not become a video.")
class VideoFailure:
    reason: str = strawberry.field(description="Stable code, for programs.")
    message: str = strawberry.field(description="What to do about it, in English.")
    is_retryable: bool = strawberry.field(
        description="Whether the fault was ours, so that `retryVideo` may help."
    )


@strawberry.type(description="One quality of a video; players choose by themselves from the playlist.")
class VideoRendition:
    name: str = strawberry.field(description="Such as `720p`.")
    width: int = strawberry.field(description="In pixels.")
    height: int = strawberry.field(description="In pixels.")
    bitrate_bps: int = strawberry.field(description="Peak bitrate in bit/s.")
    is_ready: bool = strawberry.field(
        description="Whether players find it; it joins the same playlist when it is."
    )
    vmaf: float | None = strawberry.field(
        description="How near it comes to the source, 0 to 100, measured on samples; null where it was not measured."
    )


@strawberry.type(description="A cookie that opens the files of one video at the CDN.")
class PlaybackCookie:
    name: str = strawberry.field(description="Such as `CloudFront-Signature`.")
    value: str = strawberry.field(description="Safe as it is.")


@strawberry.federation.type(keys=["id"], description="A person on the platform.")
class User:
    id: strawberry.ID = strawberry.field(description="TypeID, `usr_…`.")

    @strawberry.federation.field(tags=["viewer"], description="Their videos that you may see, newest first.")
    async def videos(
        self, info: VideosInfo, first: First = None, after: After = None
    ) -> Connection["Video"] | None:
        size = page_size(first)
        rows = await reads.videos_of_author(
            info.context.resources.database,
            read_id(ids.USER, self.id),
            info.context.viewer.user_id,
            size + 1,
            _position(after),
        )
        return connect(rows, size, after=after, cursor=_cursor, node=Video.of)

    @classmethod
    def of(cls, user_id: UUID) -> "User":
        return cls(id=strawberry.ID(ids.encode_id(ids.USER, user_id)))

    @classmethod
    async def load_entities(
        cls, _: VideosInfo, representations: Sequence[Mapping[str, Any]]
    ) -> "list[User | None]":
        return [cls(id=each["id"]) if find_id(ids.USER, each["id"]) else None for each in representations]


@strawberry.federation.type(keys=["id"], description="A short video.")
class Video:
    row: strawberry.Private[models.Video]

    @strawberry.field(description="TypeID, `vid_…`.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(ids.encode_id(ids.VIDEO, self.row.video_id))

    @strawberry.field(description="Who made it.")
    def author(self) -> User | None:
        return User.of(self.row.author_id)

    @strawberry.field(
        description="Where it stands in its life; for everyone but its creator that is `ACTIVE`."
    )
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

    @strawberry.field(description="Why it failed; null unless it did.")
    def failure(self) -> VideoFailure | None:
        failure = self.row.failure
        if failure is None:
            return None
        return VideoFailure(reason=failure.reason, message=failure.message, is_retryable=failure.is_retryable)

    @strawberry.field(description="What moderation says of it.")
    def moderation_status(self) -> ModerationStatus:
        return ModerationStatus(self.row.moderation_status.value)

    @strawberry.field(description="Who may watch it.")
    def visibility(self) -> Visibility:
        return Visibility(self.row.metadata.visibility.value)

    @strawberry.field(description="Whether people may comment.")
    def allow_comments(self) -> bool:
        return self.row.metadata.allow_comments

    @strawberry.field(description="Whether people may put their own video beside it.")
    def allow_duet(self) -> bool:
        return self.row.metadata.allow_duet

    @strawberry.field(description="Whether people may cut it into their own video.")
    def allow_stitch(self) -> bool:
        return self.row.metadata.allow_stitch

    @strawberry.field(description="Its title.")
    def title(self) -> str:
        return self.row.metadata.title

    @strawberry.field(description="What its creator says about it; may be empty.")
    def description(self) -> str:
        return self.row.metadata.description

    @strawberry.field(description="What it is about, as a lower-case word.")
    def category(self) -> str | None:
        return self.row.metadata.category

    @strawberry.field(description="Hashtags in lower case, without `#`.")
    def hashtags(self) -> list[str]:
        return list(self.row.metadata.hashtags)

    @strawberry.field(description="Where it was made, in the creator's words.")
    def location(self) -> str | None:
        return self.row.metadata.location

    @strawberry.field(description="In pixels; null until it is ready.")
    def width(self) -> int | None:
        return None if self.row.media is None else self.row.media.width

    @strawberry.field(description="In pixels; null until it is ready.")
    def height(self) -> int | None:
        return None if self.row.media is None else self.row.media.height

    @strawberry.field(description="Length in milliseconds; null until it is ready.")
    def duration_ms(self) -> int | None:
        return None if self.row.media is None else self.row.media.duration_ms

    @strawberry.field(
        description="HLS master playlist; null until it is ready. Addresses of videos that are not for everybody stop "
        "to work at `addressesExpireAt`, and when the video is taken down: read them anew then."
    )
    def playlist_url(self, info: VideosInfo) -> str | None:
        media = playable(self.row)
        return None if media is None else _url(info, self.row, "videos", media.playlist_key)

    @strawberry.field(description="DASH manifest of the same files; null until it is ready.")
    def manifest_url(self, info: VideosInfo) -> str | None:
        media = playable(self.row)
        return None if media is None else _url(info, self.row, "videos", media.manifest_key)

    @strawberry.field(description="Still images, in the order of the video; empty until it is ready.")
    def thumbnail_urls(self, info: VideosInfo) -> list[str]:
        access_ = access.files_access(self.row)
        if access_ is Access.CLOSED or self.row.media is None:
            return []
        return info.context.resources.links.urls("thumbnails", self.row.media.thumbnail_keys, access_)

    @strawberry.field(description="Many small stills in one image, for scrubbing.")
    def sprite_url(self, info: VideosInfo) -> str | None:
        media = playable(self.row)
        return None if media is None else _url(info, self.row, "thumbnails", media.sprite_key)

    @strawberry.field(description="WebVTT that says which part of the sprite belongs to which time.")
    def sprite_vtt_url(self, info: VideosInfo) -> str | None:
        media = playable(self.row)
        return None if media is None else _url(info, self.row, "thumbnails", media.sprite_vtt_key)

    @strawberry.field(description="A few seconds of it as an animated image.")
    def preview_url(self, info: VideosInfo) -> str | None:
        media = playable(self.row)
        return None if media is None else _url(info, self.row, "thumbnails", media.preview_key)

    @strawberry.field(description="BlurHash that stands in for the first thumbnail until it is loaded.")
    def blurhash(self) -> str | None:
        return None if self.row.media is None else self.row.media.blurhash

    @strawberry.field(description="ThumbHash (base64) that does the same.")
    def thumbhash(self) -> str | None:
        return None if self.row.media is None else self.row.media.thumbhash

    @strawberry.field(description="When the addresses of its files stop to work; null when they last.")
    def addresses_expire_at(self, info: VideosInfo) -> datetime | None:
        if playable(self.row) is None:
            return None
        return info.context.resources.links.expires_at(access.files_access(self.row))

    @strawberry.field(
        description="Cookies that players on a site beside the CDN may send for its files; empty without a CDN."
    )
    def playback_cookies(self, info: VideosInfo) -> list[PlaybackCookie]:
        media = playable(self.row)
        cookies = {} if media is None else info.context.resources.links.cookies(media.playlist_key)
        return [PlaybackCookie(name=name, value=value) for name, value in cookies.items()]

    @strawberry.field(description="The qualities it comes in; empty until it is ready.")
    def renditions(self) -> list[VideoRendition]:
        media = self.row.media
        return [] if media is None else [_rendition(each) for each in media.renditions]

    @strawberry.field(description="When its upload began.")
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.field(description="When it became active.")
    def published_at(self) -> datetime | None:
        return self.row.published_at

    @classmethod
    def of(cls, row: models.Video) -> "Video":
        return cls(row=row)

    @classmethod
    async def load_entities(
        cls, info: VideosInfo, representations: Sequence[Mapping[str, Any]]
    ) -> "list[Video | None]":
        wanted = [find_id(ids.VIDEO, each["id"]) for each in representations]
        rows = await load_known(info.context.loaders.video_by_id, wanted)
        return [None if row is None else cls.of(row) for row in rows]


async def video_by_id(info: VideosInfo, id: strawberry.ID) -> Video | None:
    """None for an id that nobody has, and for a video that is not for this viewer."""
    video_id = find_id(ids.VIDEO, id)
    if video_id is None:
        return None
    row = await info.context.loaders.video_by_id.load(video_id)
    return None if row is None else Video.of(row)


def seconds_left(row: models.Video) -> int | None:
    """Estimate of the rest of the processing; None while there is none."""
    if row.expected_at is None or row.status is not models.VideoStatus.PROCESSING:
        return None
    return max(0, ceil((row.expected_at - datetime.now(UTC)).total_seconds()))


def playable(row: models.Video) -> models.Media | None:
    """What its viewers may be told the addresses of."""
    return None if access.files_access(row) is Access.CLOSED else row.media


def _url(info: VideosInfo, row: models.Video, area: str, key: str | None) -> str | None:
    return key and info.context.resources.links.url(area, key, access.files_access(row))


def _rendition(stored: models.StoredRendition) -> VideoRendition:
    return VideoRendition(
        name=stored["name"],
        width=stored["width"],
        height=stored["height"],
        bitrate_bps=stored["bitrate_bps"],
        is_ready=stored.get("is_ready", True),
        vmaf=stored.get("vmaf"),
    )


def _cursor(row: models.Video) -> str:
    return encode_cursor(row.created_at.isoformat(), row.video_id.hex)


def _position(after: str | None) -> tuple[datetime, UUID] | None:
    position = decode_cursor(after, 2)
    if position is None:
        return None
    try:
        return datetime.fromisoformat(str(position[0])), UUID(hex=str(position[1]))
    except ValueError:
        raise BadUserInputError("after is not a cursor of this list.") from None
