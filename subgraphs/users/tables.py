"""Tables of the users schema. The migration 02_users creates them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData(schema="users")

profiles = Table(
    "profiles",
    METADATA,
    Column("user_id", Uuid, primary_key=True),
    Column("handle", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("bio", Text, nullable=False, server_default=""),
    Column("avatar_key", Text),
    Column("settings", JSONB, nullable=False, server_default="{}"),
    Column("revision", BigInteger, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
