"""social: follows, counters, reactions, comments

The follow graph is hash-partitioned by follower (domain-facts: Stores).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.domain import close_domain, open_domain

revision = "04_social"
down_revision = "03_videos"

_SCHEMA = "social"
_FOLLOW_PARTITIONS = 8


def upgrade() -> None:
    open_domain(_SCHEMA)
    _create_projections()
    _create_counters()
    _create_reactions()
    _create_comments()
    _create_follows()


def downgrade() -> None:
    close_domain(_SCHEMA)


def _id(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, primary_key=primary_key, nullable=nullable)


def _count(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.BigInteger, sa.CheckConstraint(f"{name} >= 0"), nullable=False, server_default="0"
    )


def _created_at() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _create_projections() -> None:
    op.create_table("users", _id("user_id", primary_key=True), schema=_SCHEMA)
    op.create_table(
        "videos",
        _id("video_id", primary_key=True),
        _id("author_id"),
        sa.Column(
            "visibility",
            sa.Text,
            sa.CheckConstraint("visibility IN ('public', 'friends', 'private')"),
            nullable=False,
        ),
        sa.Column("allow_comments", sa.Boolean, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        schema=_SCHEMA,
    )


def _create_counters() -> None:
    counts = [_count(f"{name}_count") for name in ("view", "like", "comment", "share", "save")]
    op.create_table(
        "video_counters", _id("video_id", primary_key=True), *counts, _count("revision"), schema=_SCHEMA
    )
    op.create_table(
        "user_counters",
        _id("user_id", primary_key=True),
        _count("follower_count"),
        _count("following_count"),
        schema=_SCHEMA,
    )


def _create_reactions() -> None:
    for name in ("likes", "saves"):
        op.create_table(
            name,
            _id("video_id", primary_key=True),
            _id("user_id", primary_key=True),
            _created_at(),
            schema=_SCHEMA,
        )
        op.create_index(f"{name}_by_user", name, ["user_id", "created_at", "video_id"], schema=_SCHEMA)
    op.create_table(
        "shares",
        _id("share_id", primary_key=True),
        _id("video_id"),
        _id("user_id"),
        sa.Column("channel", sa.Text, sa.CheckConstraint("length(channel) BETWEEN 1 AND 32"), nullable=False),
        _created_at(),
        schema=_SCHEMA,
    )
    op.create_table(
        "views",
        _id("view_id", primary_key=True),
        _id("video_id"),
        _id("user_id"),
        sa.Column("watched_ms", sa.Integer, sa.CheckConstraint("watched_ms >= 0"), nullable=False),
        sa.Column("is_completed", sa.Boolean, nullable=False),
        _created_at(),
        schema=_SCHEMA,
    )


def _create_comments() -> None:
    op.create_table(
        "comments",
        _id("comment_id", primary_key=True),
        _id("video_id"),
        _id("author_id"),
        _id("parent_id", nullable=True),
        sa.Column("body", sa.Text, sa.CheckConstraint("length(body) <= 1000"), nullable=False),
        sa.Column("reply_count", sa.Integer, nullable=False, server_default="0"),
        _created_at(),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        schema=_SCHEMA,
    )
    op.create_index(
        "comments_of_video",
        "comments",
        ["video_id", sa.text("comment_id DESC")],
        schema=_SCHEMA,
        postgresql_where=sa.text("parent_id IS NULL"),
    )
    op.create_index(
        "comments_of_parent",
        "comments",
        ["parent_id", "comment_id"],
        schema=_SCHEMA,
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )


def _create_follows() -> None:
    op.create_table(
        "follows",
        _id("follower_id", primary_key=True),
        _id("followee_id", primary_key=True),
        _created_at(),
        sa.CheckConstraint("follower_id <> followee_id", name="nobody_follows_themselves"),
        schema=_SCHEMA,
        postgresql_partition_by="HASH (follower_id)",
    )
    for part in range(_FOLLOW_PARTITIONS):
        op.execute(
            f"CREATE TABLE {_SCHEMA}.follows_{part} PARTITION OF {_SCHEMA}.follows "
            f"FOR VALUES WITH (MODULUS {_FOLLOW_PARTITIONS}, REMAINDER {part})"
        )
    op.create_index("follows_by_follower", "follows", ["follower_id", "created_at"], schema=_SCHEMA)
    op.create_index("follows_by_followee", "follows", ["followee_id", "created_at"], schema=_SCHEMA)
