"""From rows to models and back."""

from __future__ import annotations

from typing import Any

from contracts.events import ProcessingStage, Visibility
from kit.db import Row
from subgraphs.videos.models import (
    ContentType,
    Failure,
    Media,
    Metadata,
    ModerationStatus,
    Upload,
    Video,
    VideoStatus,
)


def read_video(row: Row) -> Video:
    stage = row["stage"]
    return Video(
        video_id=row["video_id"],
        author_id=row["author_id"],
        status=VideoStatus(row["status"]),
        stage=None if stage is None else ProcessingStage(stage),
        percent=row["percent"],
        failure=None if row["failure_reason"] is None else _failure(row),
        moderation_status=ModerationStatus(row["moderation_status"]),
        metadata=_metadata(row),
        media=None if row["playlist_key"] is None else _media(row),
        revision=row["revision"],
        created_at=row["created_at"],
        published_at=row["published_at"],
        deleted_at=row["deleted_at"],
        attempt=row["attempt"],
        expected_at=row["expected_at"],
        watched_widely_at=row["watched_widely_at"],
    )


def _failure(row: Row) -> Failure:
    return Failure(row["failure_reason"], row["failure_message"] or "", row["failure_is_retryable"])


def _metadata(row: Row) -> Metadata:
    return Metadata(
        title=row["title"],
        description=row["description"],
        category=row["category"],
        hashtags=tuple(row["hashtags"]),
        location=row["location"],
        visibility=Visibility(row["visibility"]),
        allow_comments=row["allow_comments"],
        allow_duet=row["allow_duet"],
        allow_stitch=row["allow_stitch"],
    )


def _media(row: Row) -> Media:
    return Media(
        playlist_key=row["playlist_key"],
        thumbnail_keys=tuple(row["thumbnail_keys"]),
        sprite_key=row["sprite_key"],
        duration_ms=row["duration_ms"],
        width=row["width"],
        height=row["height"],
        renditions=tuple(row["renditions"]),
        manifest_key=row["manifest_key"],
        sprite_vtt_key=row["sprite_vtt_key"],
        preview_key=row["preview_key"],
        blurhash=row["blurhash"],
        thumbhash=row["thumbhash"],
    )


def metadata_columns(metadata: Metadata) -> dict[str, Any]:
    """Values by column."""
    return {
        "title": metadata.title,
        "description": metadata.description,
        "category": metadata.category,
        "hashtags": list(metadata.hashtags),
        "location": metadata.location,
        "visibility": metadata.visibility.value,
        "allow_comments": metadata.allow_comments,
        "allow_duet": metadata.allow_duet,
        "allow_stitch": metadata.allow_stitch,
    }


def media_columns(media: Media) -> dict[str, Any]:
    """Values by column."""
    return {
        "playlist_key": media.playlist_key,
        "thumbnail_keys": list(media.thumbnail_keys),
        "sprite_key": media.sprite_key,
        "duration_ms": media.duration_ms,
        "width": media.width,
        "height": media.height,
        "renditions": list(media.renditions),
        "manifest_key": media.manifest_key,
        "sprite_vtt_key": media.sprite_vtt_key,
        "preview_key": media.preview_key,
        "blurhash": media.blurhash,
        "thumbhash": media.thumbhash,
    }


def read_upload(row: Row) -> Upload:
    return Upload(
        upload_id=row["upload_id"],
        video_id=row["video_id"],
        author_id=row["author_id"],
        object_key=row["object_key"],
        content_type=ContentType(row["content_type"]),
        size_bytes=row["size_bytes"],
        part_size_bytes=row["part_size_bytes"],
        s3_upload_id=row["s3_upload_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        completed_at=row["completed_at"],
        expired_at=row["expired_at"],
        aborted_at=row["aborted_at"],
        sha256=row["sha256"],
        twin_id=row["twin_id"],
        watermark=row["watermark"],
    )
