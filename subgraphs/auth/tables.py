"""Tables of the auth schema. The migration 01_auth creates them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY

METADATA = MetaData(schema="auth")


def _created_at() -> Column[object]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


accounts = Table(
    "accounts",
    METADATA,
    Column("account_id", Uuid, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("profile_revision", BigInteger, nullable=False, server_default="0"),
    _created_at(),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("session_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revocation_reason", Text),
    _created_at(),
)

refresh_tokens = Table(
    "refresh_tokens",
    METADATA,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("spent_at", DateTime(timezone=True)),
    Column("spent_with_key", Text),
    Column("successor_hash", LargeBinary),
    _created_at(),
)
