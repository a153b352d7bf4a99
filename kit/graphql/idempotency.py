"""Forgetting idempotency keys when their day is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Interval, bindparam, delete, func

from kit.db import Database, Statement, idempotency_table
from kit.jobs import Job

KEPT_FOR: Final = timedelta(days=1)
_EVERY_S: Final = 3600.0


def forget_keys_job(database: Database) -> Job:
    """The hourly job of one domain."""
    table = idempotency_table(database.domain)
    forget = Statement(
        delete(table).where(table.c.created_at < func.now() - bindparam("kept_for", type_=Interval))
    )

    async def forget_old_keys() -> None:
        await database.execute(forget, kept_for=KEPT_FOR)

    return Job(f"{database.domain}-forget-idempotency-keys", _EVERY_S, forget_old_keys)
