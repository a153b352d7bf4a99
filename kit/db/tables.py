"""Tables that every domain's schema has: the outbox and the idempotency keys."""

from __future__ import annotations

from functools import cache

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB


@cache
def outbox_table(domain: str) -> Table:
    """Facts that were committed and have not left the house; the relay empties it in id order."""
    return Table(
        "outbox",
        MetaData(schema=domain),
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Uuid, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


@cache
def idempotency_table(domain: str) -> Table:
    """Answers already given: what (caller, operation, key) led to, and a fingerprint of its input."""
    return Table(
        "idempotency_keys",
        MetaData(schema=domain),
        Column("subject", Text, primary_key=True),
        Column("operation", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("result", JSONB),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
