"""Which keys of Valkey change, as the server itself says it (``CLIENT TRACKING … BCAST``)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from kit.cache import make_client
from kit.telemetry import get_logger

_log = get_logger("key_changes")
_CHANNEL: Final = "__redis__:invalidate"
_POLL_S: Final = 1.0
_RECONNECT_FIRST_S: Final = 0.05
_RECONNECT_CAP_S: Final = 2.0


class KeyChanges:
    """Follows keys that begin with one of ``prefixes`` on a connection of its own, and comes back after an outage.

    ``on_follow(True)`` says that from now on every change is told, ``on_follow(False)`` that some may be missed;
    ``on_change`` takes keys that were written, deleted or ran out, or None when all of them did.
    """

    def __init__(
        self,
        url: str,
        prefixes: Sequence[str],
        *,
        on_follow: Callable[[bool], None],
        on_change: Callable[[Sequence[str] | None], None],
    ) -> None:
        self._url = url
        self._prefixes = prefixes
        self._on_follow = on_follow
        self._on_change = on_change

    async def follow(self) -> None:
        """Until it is cancelled."""
        pause = _RECONNECT_FIRST_S
        while True:
            client = make_client(self._url, timeout_s=None, retries=0, protocol=2)
            changes = client.pubsub(ignore_subscribe_messages=True)
            try:
                await self._begin(changes)
                pause = _RECONNECT_FIRST_S
                await self._receive(changes)
            except (RedisError, OSError) as error:
                _log.warning("key_changes_lost_connection", reason=str(error), retry_in_s=pause)
            finally:
                self._on_follow(False)
                await changes.aclose()  # type: ignore[no-untyped-call]
                await client.aclose()
            await asyncio.sleep(pause)
            pause = min(pause * 2, _RECONNECT_CAP_S)

    async def _begin(self, changes: PubSub) -> None:
        await changes.connect()  # type: ignore[no-untyped-call]
        me = await _ask(changes, "CLIENT", "ID")
        prefixes = [word for prefix in self._prefixes for word in ("PREFIX", prefix)]
        await _ask(changes, "CLIENT", "TRACKING", "ON", "REDIRECT", str(me), "BCAST", *prefixes)
        await changes.subscribe(_CHANNEL)
        self._on_follow(True)

    async def _receive(self, changes: PubSub) -> None:
        while True:
            message = await changes.get_message(timeout=_POLL_S)
            if message is not None and message["type"] == "message":
                self._on_change(message["data"])


async def _ask(changes: PubSub, *command: str) -> Any:
    """Runs a command on the very connection that will receive."""
    await changes.execute_command(*command)
    assert changes.connection is not None, "it has just sent a command"
    return await changes.connection.read_response()
