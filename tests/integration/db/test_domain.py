"""Roles belong to the server: migrations of several databases make them side by side."""

from __future__ import annotations

import asyncio

import asyncpg

from db.domain import role_statement
from devstack.testing import SessionStack
from kit.config import Settings

_TWINS = 8
_TURNS = 10


async def test_migrations_at_once_make_a_role_once(servers: SessionStack, settings: Settings) -> None:
    role = f"role_{servers.token}"
    dsn = settings.database_dsn(settings.database_admin_user)
    connections = [await asyncpg.connect(dsn) for _ in range(_TWINS)]
    try:
        for turn in range(_TURNS):
            statement = role_statement(role, f"it's {turn}:x")
            await asyncio.gather(*(_run(each, statement) for each in connections))
        assert await connections[0].fetchval("SELECT count(*) FROM pg_roles WHERE rolname = $1", role) == 1
    finally:
        await connections[0].execute(f"DROP ROLE IF EXISTS {role}")
        await asyncio.gather(*(each.close() for each in connections))


async def _run(connection: asyncpg.Connection[asyncpg.Record], statement: str) -> None:
    async with connection.transaction():
        await connection.execute(statement)
        # As long as the rest of a migration takes, so that twins meet.
        await connection.execute("SELECT pg_sleep(0.01)")
