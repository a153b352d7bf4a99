"""Facts of the videos domain and of the media service."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.events.base import Event
from contracts.fingerprints import Fingerprint
from contracts.topics import Topic


class Visibility(StrEnum):
    PUBLIC = "public"
    FRIENDS = "friends"
    PRIVATE = "private"


class Resemblance(StrEnum):
    PICTURE = "picture"
    SOUND = "sound"


class ProcessingStage(StrEnum):
    """What the media service is doing; ``percent`` beside it runs over all stages together."""

    QUEUED = "queued"
    PROBING = "probing"
    TRANSCODING = "transcoding"
    THUMBNAILS = "thumbnails"
    PUBLISHING = "publishing"


class Rendition(BaseModel):
    """One rung of the ladder: size in pixels, peak bitrate in bit/s, key of its media playlist.

    One that is not ready yet joins the video's master playlist later; ``VideoRenditionsCompleted`` says when. ``vmaf``
    (0 to 100) was measured on samples of it against the source, None where it was not; ``is_copy`` tells that its
    pictures are the source's own.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    width: int
    height: int
    bitrate_bps: int
    playlist_key: str
    is_ready: bool = True
    vmaf: float | None = None
    is_copy: bool = False


class _VideoEvent(Event):
    topic: ClassVar[Topic] = Topic.VIDEO_PROCESSED

    video_id: UUID

    def key(self) -> str:
        return str(self.video_id)


class VideoUploaded(_VideoEvent):
    """The creator completed an upload; the object is in the raw bucket.

    ``sha256`` (hex) is what the creator says of the file, to be checked. ``twin_playlist_key`` names what was made of
    the same file before, for the same creator: it may be copied while it is there. ``attempt`` counts from 1.
    ``watermark`` is written into the pictures.
    """

    topic: ClassVar[Topic] = Topic.VIDEO_UPLOADED

    author_id: UUID
    bucket: str
    object_key: str
    size_bytes: int
    sha256: str | None = None
    twin_playlist_key: str | None = None
    attempt: int = 1
    watermark: str | None = None


class VideoWatchedWidely(_VideoEvent):
    """So many watch it that it is worth coding again with more care. Fields as of its ``VideoUploaded``;
    ``playlist_key`` as of its ``VideoProcessed``.
    """

    topic: ClassVar[Topic] = Topic.VIDEO_UPLOADED

    author_id: UUID
    bucket: str
    object_key: str
    size_bytes: int
    playlist_key: str | None = None


class VideoProcessingProgressed(_VideoEvent):
    """The media service got on: ``percent`` is 0 to 100 over the whole job, ``remaining_s`` an estimate of the rest."""

    stage: ProcessingStage
    percent: int
    remaining_s: int | None = None


class VideoProcessed(_VideoEvent):
    """It can be played: a player finds all that it needs in the processed bucket. Keys are relative to their buckets.

    ``manifest_key`` is DASH over the same segments as the HLS ``playlist_key``; the WebVTT of ``sprite_vtt_key`` tells
    the times of the sprite's tiles. ``blurhash`` and ``thumbhash`` (base64) stand in for the first thumbnail.
    ``source_sha256`` (hex) is that of the file as the media service read it. ``fingerprint`` is what it looks like.
    """

    playlist_key: str
    thumbnail_keys: tuple[str, ...]
    sprite_key: str | None
    duration_ms: int
    width: int
    height: int
    renditions: tuple[Rendition, ...]
    manifest_key: str | None = None
    sprite_vtt_key: str | None = None
    preview_key: str | None = None
    blurhash: str | None = None
    thumbhash: str | None = None
    source_sha256: str | None = None
    fingerprint: Fingerprint | None = None


class NearDuplicate(BaseModel):
    """Another video that this one resembles.

    ``part`` of this video (0 to 1) is in the other, ``part_of_other`` of the other in this. ``distance`` is the mean
    over what matched: of pictures in bits of 64, of sound in bits of 32. This video's beginning is at ``offset_ms`` of
    the other.
    """

    model_config = ConfigDict(frozen=True)

    video_id: UUID
    author_id: UUID
    kind: Resemblance
    part: float
    part_of_other: float
    distance: float
    offset_ms: int
    is_mirrored: bool = False


class NearDuplicatesFound(_VideoEvent):
    """The video looks or sounds like others that were there before, nearest first. Of two that come at the same time
    each may name the other.
    """

    author_id: UUID
    matches: tuple[NearDuplicate, ...]


class VideoRenditionsCompleted(_VideoEvent):
    """No more renditions come; these are all that the playlists of ``VideoProcessed`` have, at the same addresses."""

    renditions: tuple[Rendition, ...]


class VideoProcessingFailed(_VideoEvent):
    """No video came of the file; ``reason`` is a stable code, ``message`` says what to do.

    ``is_retryable`` when the fault was ours: the same file may do another time. ``attempt`` is that of ``VideoUploaded``.
    """

    reason: str
    message: str
    is_retryable: bool = False
    attempt: int = 1


class _VideoFeedEvent(_VideoEvent):
    topic: ClassVar[Topic] = Topic.FEED_UPDATE


class VideoPublished(_VideoFeedEvent):
    """The video became active. ``revision`` grows with each published change of this video."""

    author_id: UUID
    visibility: Visibility
    allow_comments: bool
    category: str | None
    hashtags: tuple[str, ...]
    region: str | None = None
    published_at: datetime
    revision: int


class VideoChanged(_VideoFeedEvent):
    """Metadata or visibility of an active video changed; carries the whole new state, so last revision wins."""

    author_id: UUID
    visibility: Visibility
    allow_comments: bool
    category: str | None
    hashtags: tuple[str, ...]
    region: str | None = None
    published_at: datetime
    revision: int


class VideoWithdrawn(_VideoFeedEvent):
    """Moderation took the video down: its author alone may see that it is there."""

    author_id: UUID
    revision: int


class VideoDeleted(_VideoFeedEvent):
    """The video is gone for everyone."""

    author_id: UUID
    revision: int
