"""auth: accounts, sessions, refresh tokens"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from db.domain import close_domain, open_domain

revision = "01_auth"
down_revision = None

_SCHEMA = "auth"


def upgrade() -> None:
    open_domain(_SCHEMA)
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("email", sa.Text, sa.CheckConstraint("email = lower(email)"), nullable=False, unique=True),
        sa.Column(
            "handle", sa.Text, sa.CheckConstraint("handle = lower(handle)"), nullable=False, unique=True
        ),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        sa.Column("profile_revision", sa.BigInteger, nullable=False, server_default="0"),
        _moment("created_at", default=True),
        schema=_SCHEMA,
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, sa.ForeignKey("auth.accounts.account_id"), nullable=False),
        _moment("revoked_at"),
        sa.Column("revocation_reason", sa.Text),
        _moment("created_at", default=True),
        schema=_SCHEMA,
    )
    op.create_index("sessions_account", "sessions", ["account_id"], schema=_SCHEMA)
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column(
            "session_id",
            sa.Uuid,
            sa.ForeignKey("auth.sessions.session_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _moment("spent_at"),
        sa.Column("spent_with_key", sa.Text),
        sa.Column("successor_hash", sa.LargeBinary),
        _moment("created_at", default=True),
        schema=_SCHEMA,
    )
    op.create_index("refresh_tokens_session", "refresh_tokens", ["session_id"], schema=_SCHEMA)
    op.create_index("refresh_tokens_expiry", "refresh_tokens", ["expires_at"], schema=_SCHEMA)


def downgrade() -> None:
    close_domain(_SCHEMA)


def _moment(name: str, *, default: bool = False) -> sa.Column[object]:
    moment = sa.DateTime(timezone=True)
    if default:
        return sa.Column(name, moment, nullable=False, server_default=sa.func.now())
    return sa.Column(name, moment)
