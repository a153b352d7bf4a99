"""The relay: moves committed facts from every domain's outbox to the bus, in order, at least once.

One relay is active for a domain at a time (an advisory lock held by its connection); others stand by and take over
when it dies. A crash between publishing and deleting publishes again: consumers are idempotent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT

from contracts.channels import WAKE_CHANNEL
from kit.bus import Bus, BusError, Message
from kit.db import Statement, outbox_table
from kit.pubsub import PubSub
from kit.telemetry import get_logger, metrics, span

_BATCH = 500
_POLL_S = 0.25
_MEASURE_EVERY_S = 5.0
_log = get_logger("relay")


async def run_relay(
    dsn: str, domains: Sequence[str], bus: Bus, pubsub: PubSub, *, stop: asyncio.Event
) -> None:
    """Relays all domains until ``stop``. ``dsn`` signs in as the owner of the schemas."""
    wakes = {domain: asyncio.Event() for domain in domains}
    listening = asyncio.create_task(_listen(pubsub, wakes))
    try:
        async with asyncio.TaskGroup() as tasks:
            for domain in domains:
                tasks.create_task(DomainRelay(dsn, domain, bus, wakes[domain]).run(stop))
    finally:
        listening.cancel()


async def _listen(pubsub: PubSub, wakes: dict[str, asyncio.Event]) -> None:
    """A hint saves waiting for the next poll; none is needed."""
    async for _, message in pubsub.subscribe([WAKE_CHANNEL]):
        wake = wakes.get(str(message.get("domain")))
        if wake is not None:
            wake.set()


_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was lost in the middle of a statement
    BusError,
)


class DomainRelay:
    """The relay of one domain's outbox."""

    def __init__(self, dsn: str, domain: str, bus: Bus, wake: asyncio.Event) -> None:
        self._dsn = dsn
        self._domain = domain
        self._bus = bus
        self._wake = wake
        table = outbox_table(domain)
        self._oldest = Statement(
            select(table.c.id, table.c.topic, table.c.key, table.c.payload).order_by(table.c.id).limit(_BATCH)
        )
        ids = bindparam("ids", type_=ARRAY(BIGINT))
        self._remove = Statement(delete(table).where(table.c.id == func.any(ids)))
        self._backlog = Statement(
            select(
                func.count(),
                func.coalesce(func.extract("epoch", func.now() - func.min(table.c.created_at)), 0),
            ).select_from(table)
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop``; comes back by itself when the database or the bus was away."""
        pause_s = 0.1
        while not stop.is_set():
            try:
                connection = await asyncpg.connect(self._dsn, timeout=5, command_timeout=30)
            except (OSError, TimeoutError, asyncpg.PostgresError) as error:
                pause_s = await self._back_off(stop, pause_s, error)
                continue
            try:
                if await self._is_ours(connection):
                    pause_s = 0.1
                    await self._relay(connection, stop)
                else:
                    await _wait(stop, 1.0)
            except _AWAY as error:
                pause_s = await self._back_off(stop, pause_s, error)
            finally:
                connection.terminate()

    async def _relay(self, connection: asyncpg.Connection[asyncpg.Record], stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        measured_at = 0.0
        while not stop.is_set():
            self._wake.clear()
            moved = await self._move_batch(connection)
            if loop.time() - measured_at > _MEASURE_EVERY_S:
                measured_at = loop.time()
                await self._measure(connection)
            if moved < _BATCH:
                await _wait(self._wake, _POLL_S)

    async def _move_batch(self, connection: asyncpg.Connection[asyncpg.Record]) -> int:
        """Publishes, then deletes: what dies in between is published again."""
        rows = await connection.fetch(self._oldest.sql, *self._oldest.arguments({}))
        if not rows:
            return 0
        with span("outbox.publish", domain=self._domain, facts=len(rows)):
            await self._bus.publish(
                [Message(row["topic"], row["key"], bytes(row["payload"])) for row in rows]
            )
        await connection.execute(self._remove.sql, [row["id"] for row in rows])
        metrics.OUTBOX_PUBLISHED.labels(self._domain).inc(len(rows))
        return len(rows)

    async def _measure(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        row = await connection.fetchrow(self._backlog.sql, *self._backlog.arguments({}))
        if row is not None:
            metrics.OUTBOX_DEPTH.labels(self._domain).set(row[0])
            metrics.OUTBOX_AGE_SECONDS.labels(self._domain).set(float(row[1]))

    async def _is_ours(self, connection: asyncpg.Connection[asyncpg.Record]) -> bool:
        sql = "SELECT pg_try_advisory_lock(hashtext('clipgraph-relay'), hashtext($1))"
        return bool(await connection.fetchval(sql, self._domain))

    async def _back_off(self, stop: asyncio.Event, pause_s: float, error: Exception) -> float:
        _log.warning("relay_interrupted", domain=self._domain, reason=str(error), retry_in_s=pause_s)
        await _wait(stop, pause_s)
        return min(5.0, pause_s * 2)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
