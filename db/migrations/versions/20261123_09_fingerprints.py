"""videos: what films look and sound like, and which resemble each other"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "09_fingerprints"
down_revision = "08_playback"

_SCHEMA = "videos"
_NOW = sa.func.now()


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table(
        "fingerprints",
        sa.Column("video_id", sa.Uuid, primary_key=True),
        sa.Column("author_id", sa.Uuid, nullable=False),
        sa.Column("fingerprint", JSONB, nullable=False),
        sa.Column("sound_terms", ARRAY(sa.Integer), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        schema=_SCHEMA,
    )
    op.create_index(
        "fingerprints_by_sound", "fingerprints", ["sound_terms"], schema=_SCHEMA, postgresql_using="gin"
    )
    op.create_table(
        "fingerprint_keys",
        sa.Column("video_id", sa.Uuid, primary_key=True),
        sa.Column("variant", sa.SmallInteger, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        schema=_SCHEMA,
    )
    op.execute("ALTER TABLE videos.fingerprint_keys ADD COLUMN hash bit(64) NOT NULL")
    op.execute(
        "CREATE INDEX fingerprint_keys_by_hash ON videos.fingerprint_keys USING hnsw (hash bit_hamming_ops)"
    )
    op.create_table(
        "resemblances",
        sa.Column("video_id", sa.Uuid, primary_key=True),
        sa.Column("other_id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, sa.CheckConstraint("kind IN ('picture', 'sound')"), primary_key=True),
        sa.Column("part", sa.Float, nullable=False),
        sa.Column("part_of_other", sa.Float, nullable=False),
        sa.Column("distance", sa.Float, nullable=False),
        sa.Column("offset_ms", sa.Integer, nullable=False),
        sa.Column("is_mirrored", sa.Boolean, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        schema=_SCHEMA,
    )
    op.create_index("resemblances_of_other", "resemblances", ["other_id"], schema=_SCHEMA)


def downgrade() -> None:
    """The extension stays, others may use it."""
    for table in ("resemblances", "fingerprint_keys", "fingerprints"):
        op.drop_table(table, schema=_SCHEMA)
