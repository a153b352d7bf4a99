"""videos: what is written into the pictures of an upload"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "11_watermarks"
down_revision = "10_watched_widely"

_SCHEMA = "videos"


def upgrade() -> None:
    op.add_column("uploads", sa.Column("watermark", sa.Text), schema=_SCHEMA)


def downgrade() -> None:
    op.drop_column("uploads", "watermark", schema=_SCHEMA)
