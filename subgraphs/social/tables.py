"""Tables of the social schema. The migration 04_social creates them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, MetaData, Table, Text, Uuid, func

METADATA = MetaData(schema="social")


def _created_at() -> Column[object]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


users = Table("users", METADATA, Column("user_id", Uuid, primary_key=True))

videos = Table(
    "videos",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("author_id", Uuid, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("allow_comments", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("revision", BigInteger, nullable=False),
)

video_counters = Table(
    "video_counters",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("view_count", BigInteger, nullable=False, server_default="0"),
    Column("like_count", BigInteger, nullable=False, server_default="0"),
    Column("comment_count", BigInteger, nullable=False, server_default="0"),
    Column("share_count", BigInteger, nullable=False, server_default="0"),
    Column("save_count", BigInteger, nullable=False, server_default="0"),
    Column("revision", BigInteger, nullable=False, server_default="0"),
)

likes = Table(
    "likes",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    _created_at(),
)

saves = Table(
    "saves",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    _created_at(),
)

shares = Table(
    "shares",
    METADATA,
    Column("share_id", Uuid, primary_key=True),
    Column("video_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    _created_at(),
)

views = Table(
    "views",
    METADATA,
    Column("view_id", Uuid, primary_key=True),
    Column("video_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("watched_ms", Integer, nullable=False),
    Column("is_completed", Boolean, nullable=False),
    _created_at(),
)

comments = Table(
    "comments",
    METADATA,
    Column("comment_id", Uuid, primary_key=True),
    Column("video_id", Uuid, nullable=False),
    Column("author_id", Uuid, nullable=False),
    Column("parent_id", Uuid),
    Column("body", Text, nullable=False),
    Column("reply_count", Integer, nullable=False, server_default="0"),
    _created_at(),
    Column("deleted_at", DateTime(timezone=True)),
)

follows = Table(
    "follows",
    METADATA,
    Column("follower_id", Uuid, primary_key=True),
    Column("followee_id", Uuid, primary_key=True),
    _created_at(),
)

user_counters = Table(
    "user_counters",
    METADATA,
    Column("user_id", Uuid, primary_key=True),
    Column("follower_count", BigInteger, nullable=False, server_default="0"),
    Column("following_count", BigInteger, nullable=False, server_default="0"),
)
