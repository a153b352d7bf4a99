"""videos: renditions that others took the place of; which uploads live on another's file"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "12_superseded"
down_revision = "11_watermarks"

_SCHEMA = "videos"


def upgrade() -> None:
    op.create_table(
        "superseded_renditions",
        sa.Column("playlist_key", sa.Text, primary_key=True),
        sa.Column("video_id", sa.Uuid, nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema=_SCHEMA,
    )
    op.create_index(
        "superseded_renditions_oldest", "superseded_renditions", ["superseded_at"], schema=_SCHEMA
    )
    op.create_index(
        "uploads_by_twin",
        "uploads",
        ["twin_id"],
        schema=_SCHEMA,
        postgresql_where=sa.text("twin_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("uploads_by_twin", "uploads", schema=_SCHEMA)
    op.drop_table("superseded_renditions", schema=_SCHEMA)
