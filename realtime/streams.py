"""Subscriptions of whoever comes by HTTP: the same broker, with a queue for each instead of a socket."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson

from realtime import metrics
from realtime.broker import Broker
from realtime.gate import Gate, Visitor
from realtime.hub import Member
from realtime.sources import ValkeySource
from router.engine import Engine, HeaderSource, Prepared
from router.pipeline.messages import Client
from router.pipeline.redact import Redactor
from router.pipeline.stream import Responses

_OPERATION = "stream"
_EXPIRED = {
    "errors": [{"message": "The access token has expired.", "extensions": {"code": "UNAUTHENTICATED"}}]
}


class Streams:
    """See ``router.pipeline.subscribe.Subscriptions``. Run it while it is in use."""

    def __init__(
        self,
        engine: Engine,
        source: ValkeySource,
        gate: Gate,
        *,
        capacity: int,
        redactor: Redactor | None = None,
    ) -> None:
        self._broker = Broker(engine, source, gate, self, redactor=redactor)
        self._capacity = capacity
        self._queues: dict[int, asyncio.Queue[bytes | None]] = {}
        self._numbers = itertools.count(1)

    async def run(self) -> None:
        """Takes events until cancelled."""
        try:
            await self._broker.run()
        finally:
            await self._broker.close()

    def tell(self, members: set[Member], payload: bytes) -> None:
        """See Audience."""
        for number, _ in tuple(members):
            queue = self._queues.get(number)
            if queue is None:
                continue
            try:
                queue.put_nowait(payload)
            except asyncio.QueueFull:
                # Who reads too slowly is cut: what it would read next is old.
                metrics.CUT.inc()
                queue.get_nowait()
                queue.put_nowait(None)

    async def subscribe(
        self, prepared: Prepared, variables: Mapping[str, Any], client: Client, headers: HeaderSource
    ) -> Responses:
        """See Subscriptions."""
        number = next(self._numbers)
        queue = self._queues[number] = asyncio.Queue(self._capacity)
        member = (number, _OPERATION)
        visitor = Visitor((client.key, client.expires_at), replace(client, headers=headers.of("")))
        try:
            await self._broker.subscribe(member, prepared, variables, visitor)
        except BaseException:
            await self._forget(member)
            raise
        return self._events(member, queue, client.expires_at)

    async def _events(
        self, member: Member, queue: asyncio.Queue[bytes | None], expires_at: float | None
    ) -> Responses:
        lasts_s = None if expires_at is None else max(0.0, expires_at - time.time())
        metrics.SUBSCRIPTIONS.inc()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(lasts_s):
                    while (payload := await queue.get()) is not None:
                        metrics.FRAMES.inc()
                        yield orjson.Fragment(payload)
                    return
            # A stream must not outlive its token: the client comes back with a new one.
            yield _EXPIRED
        finally:
            metrics.SUBSCRIPTIONS.dec()
            await self._forget(member)

    async def _forget(self, member: Member) -> None:
        self._queues.pop(member[0], None)
        await self._broker.unsubscribe(member)
