"""A pool of connections to Valkey that lets commands wait instead of refusing them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from redis.asyncio import ConnectionPool
from redis.exceptions import ConnectionError as ValkeyConnectionError


class WaitingPool(ConnectionPool):
    """``wait_s`` is how long; None is for ever. The driver's own BlockingConnectionPool does the same, and costs every
    command a third more.
    """

    wait_s: float | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def get_connection(self, command_name: Any = None, *_: Any, **__: Any) -> Any:  # noqa: ARG002
        """Raises redis.exceptions.ConnectionError when none becomes free."""
        if not self.can_get_connection():
            try:
                async with asyncio.timeout(self.wait_s):
                    await self._until_free()
            except TimeoutError:
                raise ValkeyConnectionError("No connection became free.") from None
        return await super().get_connection()  # type: ignore[no-untyped-call]

    async def release(self, connection: Any) -> None:
        await super().release(connection)
        self._wake()

    async def _until_free(self) -> None:
        while not self.can_get_connection():
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                if waiter.done() and not waiter.cancelled():
                    self._wake()  # it was meant for one who can use it
                raise

    def _wake(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
