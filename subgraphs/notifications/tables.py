"""Tables of the notifications schema. The migration 06_notifications creates them."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, MetaData, Table, Text, Uuid, func

METADATA = MetaData(schema="notifications")

notifications = Table(
    "notifications",
    METADATA,
    Column("notification_id", Uuid, primary_key=True),
    Column("recipient_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor_id", Uuid),
    Column("video_id", Uuid),
    Column("comment_id", Uuid),
    Column("dedupe_key", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("read_at", DateTime(timezone=True)),
)
