"""Tables of the feed schema. The migration 05_feed creates them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, MetaData, Table, Text, Uuid

METADATA = MetaData(schema="feed")

videos = Table(
    "videos",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("author_id", Uuid, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("category", Text),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("revision", BigInteger, nullable=False),
)

engagement = Table(
    "engagement",
    METADATA,
    Column("video_id", Uuid, primary_key=True),
    Column("view_count", BigInteger, nullable=False),
    Column("like_count", BigInteger, nullable=False),
    Column("comment_count", BigInteger, nullable=False),
    Column("share_count", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
)

follows = Table(
    "follows",
    METADATA,
    Column("follower_id", Uuid, primary_key=True),
    Column("followee_id", Uuid, primary_key=True),
    Column("is_following", Boolean, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
