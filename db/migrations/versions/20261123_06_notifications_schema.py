"""notifications: the in-app list"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.domain import close_domain, open_domain

revision = "06_notifications"
down_revision = "05_feed"

_SCHEMA = "notifications"
_KINDS = (
    "video_liked",
    "video_commented",
    "comment_replied",
    "user_followed",
    "video_published",
    "video_failed",
)


def upgrade() -> None:
    open_domain(_SCHEMA)
    kinds = ", ".join(f"'{kind}'" for kind in _KINDS)
    op.create_table(
        "notifications",
        sa.Column("notification_id", sa.Uuid, primary_key=True),
        sa.Column("recipient_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, sa.CheckConstraint(f"kind IN ({kinds})"), nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("video_id", sa.Uuid),
        sa.Column("comment_id", sa.Uuid),
        sa.Column("dedupe_key", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("recipient_id", "dedupe_key", name="notifications_once"),
        schema=_SCHEMA,
    )
    op.create_index(
        "notifications_list",
        "notifications",
        ["recipient_id", sa.text("notification_id DESC")],
        schema=_SCHEMA,
    )
    op.create_index(
        "notifications_unread",
        "notifications",
        ["recipient_id"],
        schema=_SCHEMA,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("notifications_age", "notifications", ["created_at"], schema=_SCHEMA)


def downgrade() -> None:
    close_domain(_SCHEMA)
