"""Idempotency keys are kept for a day and then forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg

from kit.graphql.idempotency import forget_keys_job
from kit.resources import Resources


async def test_keys_are_forgotten_after_a_day(resources_for: Callable[[str], Awaitable[Resources]]) -> None:
    resources = await resources_for("social")
    settings = resources.settings
    connection = await asyncpg.connect(settings.database_dsn(settings.database_admin_user))
    try:
        await connection.executemany(
            "INSERT INTO social.idempotency_keys (subject, operation, key, fingerprint, created_at) "
            "VALUES ('somebody', 'likeVideo', $1, '', now() - $2::interval)",
            [("old", timedelta(hours=25)), ("young", timedelta(hours=23))],
        )
        await forget_keys_job(resources.database).run()
        left = await connection.fetch("SELECT key FROM social.idempotency_keys WHERE subject = 'somebody'")
    finally:
        await connection.execute("DELETE FROM social.idempotency_keys WHERE subject = 'somebody'")
        await connection.close()
    assert [row["key"] for row in left] == ["young"]
