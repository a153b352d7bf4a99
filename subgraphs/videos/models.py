"""Rows and figures of the videos domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts.events import ProcessingStage, Visibility


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """The product's figures (domain-facts: Upload and validation). Lengths in characters."""

    uploads_per_day: int = 10
    upload_bytes: int = 500 * 1024 * 1024
    single_put_bytes: int = 16 * 1024 * 1024
    part_bytes: int = 16 * 1024 * 1024
    parts_a_page: int = 16
    duration_ms: int = 10 * 60 * 1000
    upload_ttl_s: int = 24 * 3600
    upload_url_ttl_s: int = 3600
    slowest_put_s: int = 600
    first_check_s: int = 300
    open_uploads_listed: int = 20
    attempts: int = 3
    cache_ttl_s: int = 3600
    title_length: int = 150
    description_length: int = 2200
    category_length: int = 40
    location_length: int = 100
    hashtags: int = 20
    hashtag_length: int = 50
    purge_after_s: int = 24 * 3600
    superseded_kept_s: int = 24 * 3600
    sweep_batch: int = 100


LIMITS = VideoLimits()


class VideoStatus(StrEnum):
    """uploading → processing → active, or one of the ends."""

    UPLOADING = "uploading"
    PROCESSING = "processing"
    ACTIVE = "active"
    FAILED = "failed"
    REJECTED = "rejected"
    DELETED = "deleted"


class ModerationStatus(StrEnum):
    """Beside the status. Until the moderation domain exists, ``pending`` hides nothing."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    APPEALED = "appealed"


class ContentType(StrEnum):
    """Containers that may be uploaded. What the bytes are is judged by the media service."""

    MP4 = "video/mp4"
    MOV = "video/quicktime"
    AVI = "video/x-msvideo"
    WEBM = "video/webm"
    MKV = "video/x-matroska"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the creator says of a video; always whole, so that a change is the new whole."""

    title: str
    description: str = ""
    category: str | None = None
    hashtags: tuple[str, ...] = ()
    location: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    allow_comments: bool = True
    allow_duet: bool = True
    allow_stitch: bool = True


StoredRendition = Mapping[str, Any]
"""A ``contracts.events.Rendition`` as JSON."""


@dataclass(frozen=True, slots=True)
class Media:
    """What the media service made. Keys are relative to their buckets."""

    playlist_key: str
    thumbnail_keys: tuple[str, ...]
    sprite_key: str | None
    duration_ms: int
    width: int
    height: int
    renditions: tuple[StoredRendition, ...] = ()
    manifest_key: str | None = None
    sprite_vtt_key: str | None = None
    preview_key: str | None = None
    blurhash: str | None = None
    thumbhash: str | None = None


@dataclass(frozen=True, slots=True)
class SupersededRendition:
    """One that others took the place of."""

    video_id: UUID
    playlist_key: str


@dataclass(frozen=True, slots=True)
class Failure:
    """``reason`` is a stable code, ``message`` is for the creator. ``is_retryable`` when the fault was ours."""

    reason: str
    message: str
    is_retryable: bool = False


@dataclass(frozen=True, slots=True)
class Video:
    """One row. ``revision`` grows by one with every change of it, ``attempt`` with every time its file is tried.

    ``expected_at`` is when its processing may be over, ``watched_widely_at`` when the media service was told that it is.
    """

    video_id: UUID
    author_id: UUID
    status: VideoStatus
    stage: ProcessingStage | None
    percent: int
    failure: Failure | None
    moderation_status: ModerationStatus
    metadata: Metadata
    media: Media | None
    revision: int
    created_at: datetime
    published_at: datetime | None
    deleted_at: datetime | None = field(default=None)
    attempt: int = 1
    expected_at: datetime | None = None
    watched_widely_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A permission to put one file into the raw bucket, until it ends in one of three ways.

    ``s3_upload_id`` is None for a single PUT, and until somebody asks where to send parts. ``sha256`` is what the
    creator says of the file. ``twin_id`` names an earlier upload of the same file, so that none has to be sent.
    ``watermark`` is what is written into the pictures.
    """

    upload_id: UUID
    video_id: UUID
    author_id: UUID
    object_key: str
    content_type: ContentType
    size_bytes: int
    part_size_bytes: int
    s3_upload_id: str | None
    created_at: datetime
    expires_at: datetime
    completed_at: datetime | None
    expired_at: datetime | None
    aborted_at: datetime | None
    sha256: bytes | None
    twin_id: UUID | None
    watermark: str | None = None

    @property
    def is_open(self) -> bool:
        return self.completed_at is None and self.expired_at is None and self.aborted_at is None

    @property
    def is_multipart(self) -> bool:
        return self.part_size_bytes < self.size_bytes


@dataclass(frozen=True, slots=True)
class MetadataEdit:
    """What is to change: None leaves a field as it is; an empty category or location is taken away."""

    title: str | None = None
    description: str | None = None
    category: str | None = None
    hashtags: tuple[str, ...] | None = None
    location: str | None = None
    visibility: Visibility | None = None
    allow_comments: bool | None = None
    allow_duet: bool | None = None
    allow_stitch: bool | None = None
