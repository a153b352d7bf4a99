"""videos: uploads are aborted, looked after and known by their content; videos are tried again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "07_uploads"
down_revision = "06_notifications"

_SCHEMA = "videos"
_IS_OPEN = "completed_at IS NULL AND expired_at IS NULL"
_HAS_FAILED = "(expired_at IS NOT NULL OR aborted_at IS NOT NULL)"


def upgrade() -> None:
    for column in _of_uploads():
        op.add_column("uploads", column, schema=_SCHEMA)
    for column in _of_videos():
        op.add_column("videos", column, schema=_SCHEMA)
    op.drop_constraint("one_end", "uploads", schema=_SCHEMA)
    one_end = "num_nonnulls(completed_at, expired_at, aborted_at) <= 1"
    op.create_check_constraint("one_end", "uploads", one_end, schema=_SCHEMA)
    op.drop_index("uploads_open", "uploads", schema=_SCHEMA)
    _index("uploads_to_check", "uploads", ["check_at"], f"{_IS_OPEN} AND aborted_at IS NULL")
    _index("uploads_open_of_author", "uploads", ["author_id"], f"{_IS_OPEN} AND aborted_at IS NULL")
    _index("uploads_to_drop", "uploads", ["check_at"], f"{_HAS_FAILED} AND dropped_at IS NULL")
    _index("videos_in_processing", "videos", ["video_id"], "status = 'processing'")
    _index("videos_by_content", "videos", ["author_id", "content_sha256"], "status = 'active'")


def downgrade() -> None:
    for name in ("videos_by_content", "videos_in_processing"):
        op.drop_index(name, "videos", schema=_SCHEMA, if_exists=True)
    for name in ("uploads_to_check", "uploads_open_of_author", "uploads_to_drop"):
        op.drop_index(name, "uploads", schema=_SCHEMA)
    op.drop_constraint("one_end", "uploads", schema=_SCHEMA)
    for column in _of_videos():
        op.drop_column("videos", column.name, schema=_SCHEMA)
    for column in _of_uploads():
        op.drop_column("uploads", column.name, schema=_SCHEMA)
    op.create_check_constraint(
        "one_end", "uploads", "completed_at IS NULL OR expired_at IS NULL", schema=_SCHEMA
    )
    _index("uploads_open", "uploads", ["expires_at"], _IS_OPEN)


def _of_uploads() -> list[sa.Column[object]]:
    return [
        sa.Column("sha256", sa.LargeBinary, sa.CheckConstraint("length(sha256) = 32")),
        sa.Column("twin_id", sa.Uuid),
        sa.Column("aborted_at", sa.DateTime(timezone=True)),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("dropped_at", sa.DateTime(timezone=True)),
    ]


def _of_videos() -> list[sa.Column[object]]:
    return [
        sa.Column("attempt", sa.SmallInteger, nullable=False, server_default="1"),
        sa.Column("failure_is_retryable", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("expected_at", sa.DateTime(timezone=True)),
        sa.Column("content_sha256", sa.LargeBinary),
    ]


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, schema=_SCHEMA, postgresql_where=sa.text(where))
