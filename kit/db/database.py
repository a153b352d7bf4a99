"""Pooled asyncpg connections, one pool a domain, each with the domain's own role."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final, Protocol
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import LargeBinary, Text, Uuid, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from contracts.events import Event, encode_event
from kit.db.counting import observe
from kit.db.slots import QueueFigures, Slots
from kit.db.statement import Statement
from kit.db.tables import outbox_table
from kit.telemetry import current_traceparent

_PING_S = 5

SESSION_SETTINGS: Final = {"jit": "off"}

Row = asyncpg.Record
"""Columns by name; ``dict(row)`` where a mapping is wanted."""


class Queryable(Protocol):
    """What a repository asks of a database or a transaction. Rows give columns by name, in the statement's order."""

    async def fetch(self, statement: Statement, /, **parameters: Any) -> Sequence[Row]:
        """All rows."""

    async def fetch_one(self, statement: Statement, /, **parameters: Any) -> Row | None:
        """The first row, or None."""

    async def fetch_value(self, statement: Statement, /, **parameters: Any) -> Any:
        """The first column of the first row, or None."""

    async def execute(self, statement: Statement, /, **parameters: Any) -> int:
        """Runs for effect; the number of rows touched."""


class Transaction:
    """One transaction on one connection. Whoever opened it commits; nobody else does."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record], domain: str) -> None:
        self._connection = connection
        self._facts: list[tuple[UUID, str, str, bytes]] = []
        self.domain = domain

    async def fetch(self, statement: Statement, /, **parameters: Any) -> Sequence[Row]:
        observe(statement)
        return await self._connection.fetch(statement.sql, *statement.arguments(parameters))

    async def fetch_one(self, statement: Statement, /, **parameters: Any) -> Row | None:
        observe(statement)
        return await self._connection.fetchrow(statement.sql, *statement.arguments(parameters))

    async def fetch_value(self, statement: Statement, /, **parameters: Any) -> Any:
        observe(statement)
        return await self._connection.fetchval(statement.sql, *statement.arguments(parameters))

    async def execute(self, statement: Statement, /, **parameters: Any) -> int:
        observe(statement)
        return _touched(await self._connection.execute(statement.sql, *statement.arguments(parameters)))

    async def emit(self, event: Event) -> None:
        """A fact for the domain's outbox: it is written, and leaves the house, only if this transaction commits."""
        event_id, payload = encode_event(event, traceparent=current_traceparent())
        self._facts.append((event_id, str(event.topic), event.key(), payload))

    async def write_facts(self) -> bool:
        """Whether there were any. For whoever opened the transaction, right before the commit."""
        if not self._facts:
            return False
        event_ids, topics, keys, payloads = zip(*self._facts, strict=True)
        statement = _write_facts(self.domain)
        await self.execute(statement, event_ids=event_ids, topics=topics, keys=keys, payloads=payloads)
        self._facts.clear()
        return True


class Database:
    """The pool of one domain. Reads run on any connection, without a transaction of their own.

    Everything raises OverloadedError when no connection becomes free, see ``Slots``.
    """

    def __init__(self, dsn: str, pool: asyncpg.Pool[asyncpg.Record], domain: str, slots: Slots) -> None:
        self._dsn = dsn
        self._pool = pool
        self._slots = slots
        self.domain = domain
        self.on_events_committed: Callable[[str], None] | None = None

    @classmethod
    async def connect(
        cls, dsn: str, domain: str, *, max_connections: int = 8, queue: QueueFigures | None = None
    ) -> Database:
        """Opens one connection now and up to ``max_connections`` on demand."""
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=max_connections,
            init=_prepare_connection,
            reset=_keep_session,
            statement_cache_size=512,
            command_timeout=30,
            server_settings=SESSION_SETTINGS | {"application_name": f"clipgraph-{domain}"},
        )
        return cls(dsn, pool, domain, Slots(domain, max_connections, queue or QueueFigures()))

    async def fetch(self, statement: Statement, /, **parameters: Any) -> Sequence[Row]:
        observe(statement)
        async with self._slots:
            return await self._pool.fetch(statement.sql, *statement.arguments(parameters))

    async def fetch_one(self, statement: Statement, /, **parameters: Any) -> Row | None:
        observe(statement)
        async with self._slots:
            return await self._pool.fetchrow(statement.sql, *statement.arguments(parameters))

    async def fetch_value(self, statement: Statement, /, **parameters: Any) -> Any:
        observe(statement)
        async with self._slots:
            return await self._pool.fetchval(statement.sql, *statement.arguments(parameters))

    async def execute(self, statement: Statement, /, **parameters: Any) -> int:
        observe(statement)
        async with self._slots:
            return _touched(await self._pool.execute(statement.sql, *statement.arguments(parameters)))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commits when the block ends, rolls back when it raises. READ COMMITTED.

        Calls ``on_events_committed(domain)`` after a commit that put facts into the outbox.
        """
        async with self._slots, self._pool.acquire() as connection, connection.transaction():
            transaction = Transaction(connection, self.domain)  # type: ignore[arg-type]
            yield transaction
            has_facts = await transaction.write_facts()
        if has_facts and self.on_events_committed is not None:
            self.on_events_committed(self.domain)

    async def ping(self) -> None:
        """Raises when the database does not answer. One whose statements are all stuck does: others may be well."""
        if self._slots.are_taken:
            connection = await asyncpg.connect(self._dsn, timeout=_PING_S)
            try:
                await connection.fetchval("SELECT 1", timeout=_PING_S)
            finally:
                await connection.close(timeout=_PING_S)
        else:
            async with self._slots:
                await self._pool.fetchval("SELECT 1", timeout=_PING_S)

    async def close(self) -> None:
        """Waits for connections in use, then closes them all."""
        await self._pool.close()


async def _prepare_connection(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name,
            schema="pg_catalog",
            encoder=lambda value: orjson.dumps(value).decode(),
            decoder=orjson.loads,
        )


async def _keep_session(_: Any) -> None:
    """No reset round trip on release: nothing here changes session state."""


def _touched(command_tag: str) -> int:
    """Rows of a tag like ``INSERT 0 3`` or ``UPDATE 2``."""
    last = command_tag.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


@cache
def _write_facts(domain: str) -> Statement:
    """All of a transaction at once, in their order."""
    columns: dict[str, TypeEngine[Any]] = {
        "event_id": Uuid(),
        "topic": Text(),
        "key": Text(),
        "payload": LargeBinary(),
    }
    facts = (
        func.unnest(*(bindparam(f"{name}s", type_=ARRAY(type_)) for name, type_ in columns.items()))
        .table_valued(*columns, with_ordinality="place")
        .render_derived(name="facts")
    )
    rows = select(*(facts.c[name] for name in columns)).order_by(facts.c.place)
    return Statement(insert(outbox_table(domain)).from_select(list(columns), rows))
