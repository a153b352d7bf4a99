"""videos: videos, uploads, friendships"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from db.domain import close_domain, open_domain

revision = "03_videos"
down_revision = "02_users"

_SCHEMA = "videos"


def upgrade() -> None:
    open_domain(_SCHEMA)
    _create_videos()
    _create_uploads()
    _create_friendships()


def downgrade() -> None:
    close_domain(_SCHEMA)


def _id(name: str, *, primary_key: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, primary_key=primary_key, nullable=False)


def _at(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _created_at() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _flag(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _one_of(name: str, *values: str, default: str | None = None, nullable: bool = False) -> sa.Column[object]:
    listed = ", ".join(f"'{value}'" for value in values)
    check = sa.CheckConstraint(f"{name} IN ({listed})")
    return sa.Column(name, sa.Text, check, nullable=nullable, server_default=default)


def _words(name: str, length: int, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Text, sa.CheckConstraint(f"length({name}) <= {length}"), nullable=nullable)


def _create_videos() -> None:
    op.create_table(
        "videos",
        _id("video_id", primary_key=True),
        _id("author_id"),
        _one_of("status", "uploading", "processing", "active", "failed", "rejected", "deleted"),
        _one_of("stage", "queued", "probing", "transcoding", "thumbnails", "publishing", nullable=True),
        sa.Column(
            "percent",
            sa.SmallInteger,
            sa.CheckConstraint("percent BETWEEN 0 AND 100"),
            nullable=False,
            server_default="0",
        ),
        sa.Column("failure_reason", sa.Text),
        sa.Column("failure_message", sa.Text),
        _one_of("moderation_status", "pending", "approved", "rejected", "appealed", default="pending"),
        _one_of("visibility", "public", "friends", "private"),
        _flag("allow_comments"),
        _flag("allow_duet"),
        _flag("allow_stitch"),
        _words("title", 150, nullable=False),
        _words("description", 2200, nullable=False),
        _words("category", 40),
        sa.Column("hashtags", ARRAY(sa.Text), nullable=False),
        _words("location", 100),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("duration_ms", sa.Integer),
        sa.Column("playlist_key", sa.Text),
        sa.Column("thumbnail_keys", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("sprite_key", sa.Text),
        sa.Column("renditions", JSONB, nullable=False, server_default="[]"),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
        _created_at(),
        _at("published_at"),
        _at("deleted_at"),
        _at("purged_at"),
        sa.CheckConstraint("status <> 'active' OR published_at IS NOT NULL", name="active_is_published"),
        sa.CheckConstraint("(status = 'deleted') = (deleted_at IS NOT NULL)", name="deleted_has_its_time"),
        schema=_SCHEMA,
    )
    newest_first: list[str | sa.TextClause] = [
        "author_id",
        sa.text("created_at DESC"),
        sa.text("video_id DESC"),
    ]
    op.create_index("videos_by_author", "videos", newest_first, schema=_SCHEMA)
    op.create_index(
        "videos_to_purge",
        "videos",
        ["deleted_at"],
        schema=_SCHEMA,
        postgresql_where=sa.text("deleted_at IS NOT NULL AND purged_at IS NULL"),
    )


def _create_uploads() -> None:
    op.create_table(
        "uploads",
        _id("upload_id", primary_key=True),
        sa.Column("video_id", sa.Uuid, sa.ForeignKey(f"{_SCHEMA}.videos.video_id"), nullable=False),
        _id("author_id"),
        sa.Column("object_key", sa.Text, nullable=False, unique=True),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, sa.CheckConstraint("size_bytes > 0"), nullable=False),
        sa.Column(
            "part_size_bytes", sa.BigInteger, sa.CheckConstraint("part_size_bytes > 0"), nullable=False
        ),
        sa.Column("s3_upload_id", sa.Text),
        _created_at(),
        _at("expires_at", nullable=False),
        _at("completed_at"),
        _at("expired_at"),
        sa.CheckConstraint("completed_at IS NULL OR expired_at IS NULL", name="one_end"),
        schema=_SCHEMA,
    )
    op.create_index("uploads_of_author", "uploads", ["author_id", "created_at"], schema=_SCHEMA)
    op.create_index("uploads_of_video", "uploads", ["video_id"], schema=_SCHEMA)
    op.create_index(
        "uploads_open",
        "uploads",
        ["expires_at"],
        schema=_SCHEMA,
        postgresql_where=sa.text("completed_at IS NULL AND expired_at IS NULL"),
    )


def _create_friendships() -> None:
    op.create_table(
        "friendships",
        _id("follower_id", primary_key=True),
        _id("followee_id", primary_key=True),
        _flag("is_following"),
        _at("changed_at", nullable=False),
        schema=_SCHEMA,
    )
