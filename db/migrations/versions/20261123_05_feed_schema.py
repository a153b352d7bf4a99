"""feed: what may be shown, how it is doing, who follows whom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.domain import close_domain, open_domain

revision = "05_feed"
down_revision = "04_social"

_SCHEMA = "feed"


def upgrade() -> None:
    open_domain(_SCHEMA)
    _create_videos()
    _create_engagement()
    _create_follows()


def downgrade() -> None:
    close_domain(_SCHEMA)


def _create_videos() -> None:
    op.create_table(
        "videos",
        sa.Column("video_id", sa.Uuid, primary_key=True),
        sa.Column("author_id", sa.Uuid, nullable=False),
        sa.Column(
            "visibility",
            sa.Text,
            sa.CheckConstraint("visibility IN ('public', 'friends', 'private')"),
            nullable=False,
        ),
        sa.Column("category", sa.Text),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        schema=_SCHEMA,
    )
    op.create_index(
        "videos_public",
        "videos",
        [sa.text("published_at DESC"), sa.text("video_id DESC")],
        schema=_SCHEMA,
        postgresql_where=sa.text("is_active AND visibility = 'public'"),
    )
    op.create_index(
        "videos_by_author",
        "videos",
        ["author_id", sa.text("published_at DESC"), sa.text("video_id DESC")],
        schema=_SCHEMA,
        postgresql_where=sa.text("is_active"),
    )


def _create_engagement() -> None:
    counts = [
        sa.Column(name, sa.BigInteger, nullable=False)
        for name in ("view_count", "like_count", "comment_count", "share_count", "revision")
    ]
    op.create_table("engagement", sa.Column("video_id", sa.Uuid, primary_key=True), *counts, schema=_SCHEMA)


def _create_follows() -> None:
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.Uuid, primary_key=True),
        sa.Column("followee_id", sa.Uuid, primary_key=True),
        sa.Column("is_following", sa.Boolean, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        schema=_SCHEMA,
    )
    op.create_index(
        "follows_by_followee",
        "follows",
        ["followee_id"],
        schema=_SCHEMA,
        postgresql_where=sa.text("is_following"),
    )
