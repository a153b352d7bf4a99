"""Who may use a connection now, who waits for one, and who is sent away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from asyncpg import TooManyConnectionsError

from kit.errors import OverloadedError
from kit.telemetry.metrics import DATABASE_SHED


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """At most ``waiting`` statements of a domain wait in one process, each for ``wait_s`` at most."""

    waiting: int = 256
    wait_s: float = 2.0


class Slots:
    """As many as there are connections: ``async with slots``. Raises OverloadedError instead of waiting for long.

    Once somebody has waited in vain, nobody waits until a connection is given back: a database that is stuck costs the
    first few their time, and everybody else none. A server that has no connection left for us counts as overloaded, too.
    Belongs to one event loop.
    """

    def __init__(self, domain: str, count: int, figures: QueueFigures) -> None:
        self._semaphore = asyncio.Semaphore(count)
        self._figures = figures
        self._waiting = 0
        self._is_stuck = False
        self._shed = DATABASE_SHED.labels(domain)

    @property
    def are_taken(self) -> bool:
        """Whether the next one would have to wait."""
        return self._semaphore.locked()

    async def __aenter__(self) -> None:
        if self.are_taken:
            await self._wait()
        else:
            await self._semaphore.acquire()

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._is_stuck = False
        self._semaphore.release()
        if isinstance(error, TooManyConnectionsError):
            self._shed.inc()
            raise OverloadedError from error

    async def _wait(self) -> None:
        if self._is_stuck or self._waiting >= self._figures.waiting:
            self._shed.inc()
            raise OverloadedError
        self._waiting += 1
        try:
            async with asyncio.timeout(self._figures.wait_s):
                await self._semaphore.acquire()
        except TimeoutError:
            self._is_stuck = True
            self._shed.inc()
            raise OverloadedError from None
        finally:
            self._waiting -= 1
