"""Tables of the videos schema, as the migrations 03 and 07 to 12 make them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

METADATA = MetaData(schema="videos")


def _created_at() -> Column[object]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


videos = Table(
    "videos",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("author_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("stage", Text),
    Column("percent", SmallInteger, nullable=False, server_default="0"),
    Column("failure_reason", Text),
    Column("failure_message", Text),
    Column("failure_is_retryable", Boolean, nullable=False, server_default=false()),
    Column("attempt", SmallInteger, nullable=False, server_default="1"),
    Column("expected_at", DateTime(timezone=True)),
    Column("content_sha256", LargeBinary),
    Column("moderation_status", Text, nullable=False, server_default="pending"),
    Column("visibility", Text, nullable=False),
    Column("allow_comments", Boolean, nullable=False),
    Column("allow_duet", Boolean, nullable=False),
    Column("allow_stitch", Boolean, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("category", Text),
    Column("hashtags", ARRAY(Text), nullable=False),
    Column("location", Text),
    Column("width", Integer),
    Column("height", Integer),
    Column("duration_ms", Integer),
    Column("playlist_key", Text),
    Column("thumbnail_keys", ARRAY(Text), nullable=False, server_default="{}"),
    Column("sprite_key", Text),
    Column("manifest_key", Text),
    Column("sprite_vtt_key", Text),
    Column("preview_key", Text),
    Column("blurhash", Text),
    Column("thumbhash", Text),
    Column("renditions", JSONB, nullable=False, server_default="[]"),
    Column("revision", BigInteger, nullable=False, server_default="1"),
    _created_at(),
    Column("published_at", DateTime(timezone=True)),
    Column("deleted_at", DateTime(timezone=True)),
    Column("purged_at", DateTime(timezone=True)),
    Column("watched_widely_at", DateTime(timezone=True)),
)

uploads = Table(
    "uploads",
    METADATA,
    Column("upload_id", Uuid, primary_key=True),
    Column("video_id", Uuid, nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("object_key", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("part_size_bytes", BigInteger, nullable=False),
    Column("s3_upload_id", Text),
    Column("sha256", LargeBinary),
    Column("twin_id", Uuid),
    _created_at(),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("completed_at", DateTime(timezone=True)),
    Column("expired_at", DateTime(timezone=True)),
    Column("aborted_at", DateTime(timezone=True)),
    Column("check_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("dropped_at", DateTime(timezone=True)),
    Column("watermark", Text),
)
"""``twin_id`` is an earlier upload of the same file, whose bytes serve. ``check_at`` is when the store is looked at next:
of an open upload whether the file is whole, of one that came to nothing to drop what arrived late."""

superseded_renditions = Table(
    "superseded_renditions",
    METADATA,
    Column("playlist_key", Text, primary_key=True),
    Column("video_id", Uuid, nullable=False),
    Column("superseded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
"""Renditions that no manifest names any more, whose files go when nobody can be in the middle of them."""

friendships = Table(
    "friendships",
    METADATA,
    Column("follower_id", Uuid, primary_key=True),
    Column("followee_id", Uuid, primary_key=True),
    Column("is_following", Boolean, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
"""Who follows whom, as last heard; two people that follow each other are friends."""

fingerprints = Table(
    "fingerprints",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("author_id", Uuid, nullable=False),
    Column("fingerprint", JSONB, nullable=False),
    Column("sound_terms", ARRAY(Integer), nullable=False),
    _created_at(),
)
"""What films look and sound like."""

fingerprint_keys = Table(
    "fingerprint_keys",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("variant", SmallInteger, primary_key=True),
    Column("place", Integer, primary_key=True),
)
"""Pictures of each film, in an index by their likeness: ``hash``, a ``bit(64)``, which SQLAlchemy has no type for."""

resemblances = Table(
    "resemblances",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("other_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("part", Float, nullable=False),
    Column("part_of_other", Float, nullable=False),
    Column("distance", Float, nullable=False),
    Column("offset_ms", Integer, nullable=False),
    Column("is_mirrored", Boolean, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
