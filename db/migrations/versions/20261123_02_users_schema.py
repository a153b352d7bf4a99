"""users: profiles

Handles are stored in lower case, so that the plain unique index makes them unique whatever their case.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.domain import close_domain, open_domain

revision = "02_users"
down_revision = "01_auth"

_SCHEMA = "users"


def upgrade() -> None:
    open_domain(_SCHEMA)
    _create_profiles()


def downgrade() -> None:
    close_domain(_SCHEMA)


def _text(name: str, check: str, *, server_default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Text, sa.CheckConstraint(check), nullable=False, server_default=server_default)


def _timestamp(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _create_profiles() -> None:
    op.create_table(
        "profiles",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        _text("handle", "handle ~ '^[a-z0-9_.]{3,30}$'"),
        _text("display_name", "length(display_name) BETWEEN 1 AND 50"),
        _text("bio", "length(bio) <= 160", server_default=""),
        sa.Column("avatar_key", sa.Text),
        sa.Column("settings", JSONB, nullable=False, server_default="{}"),
        sa.Column(
            "revision", sa.BigInteger, sa.CheckConstraint("revision > 0"), nullable=False, server_default="1"
        ),
        _timestamp("created_at"),
        _timestamp("updated_at"),
        sa.UniqueConstraint("handle", name="profiles_handle_key"),
        schema=_SCHEMA,
    )
