"""videos: when one was found to be watched widely; an index that databases of an early 07 lack"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "10_watched_widely"
down_revision = "09_fingerprints"

_SCHEMA = "videos"


def upgrade() -> None:
    op.add_column("videos", sa.Column("watched_widely_at", sa.DateTime(timezone=True)), schema=_SCHEMA)
    op.create_index(
        "videos_in_processing",
        "videos",
        ["video_id"],
        schema=_SCHEMA,
        postgresql_where=sa.text("status = 'processing'"),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_column("videos", "watched_widely_at", schema=_SCHEMA)
