"""The bus on Valkey Streams: a stream a partition, consumer groups, reclaiming what a dead consumer left.

Streams are ``{prefix}{topic}:{partition}`` with the partition as hash tag. A partition is worked on by one consumer
at a time, held by a lease, so that messages of a key stay in order.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
import zlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from redis.exceptions import RedisError, ResponseError

from kit.bus.base import BusError, Delivery, Message
from kit.cache import make_client
from kit.telemetry import get_logger

PARTITIONS = 4
RETENTION_S = 7 * 24 * 3600
_LEASE_S = 15
_BATCH = 32
_PAYLOAD, _KEY = b"payload", b"key"
_log = get_logger("bus")


class ValkeyBus:
    """``partitions`` a topic is fixed at its birth: with another number, keys would change their stream.

    What was published is as durable as the server writes: it needs ``appendonly yes`` and ``appendfsync always``.
    """

    def __init__(
        self, url: str, *, prefix: str = "", partitions: int = PARTITIONS, lease_s: float = _LEASE_S
    ) -> None:
        self._client = make_client(url, decode=False, timeout_s=10.0)
        self._reader = make_client(url, decode=False, timeout_s=10.0, retries=0)
        self._leases_left: set[tuple[str, str]] = set()
        self._prefix = prefix
        self._partitions = partitions
        self._lease_s = lease_s

    async def publish(self, messages: Sequence[Message]) -> None:
        oldest_kept = f"{int((time.time() - RETENTION_S) * 1000)}-0"
        async with _typed_errors(), self._client.pipeline(transaction=False) as pipe:
            for message in messages:
                fields: dict[Any, Any] = {_KEY: message.key, _PAYLOAD: message.payload, **_prefixed(message)}
                pipe.xadd(self._stream_of(message), fields, minid=oldest_kept, approximate=True)
            await pipe.execute()

    async def subscribe(self, topics: Sequence[str], group: str) -> ValkeySubscription:
        streams = [self._stream(topic, n) for topic in topics for n in range(self._partitions)]
        async with _typed_errors():
            for stream in streams:
                await self._ensure_group(stream, self._prefix + group)
            await self.release_leases(())
        return ValkeySubscription(self, streams, self._prefix + group, self._lease_s)

    async def read_all(self, topic: str, *, limit: int) -> Sequence[Delivery]:
        found: list[Delivery] = []
        async with _typed_errors():
            for number in range(self._partitions):
                stream = self._stream(topic, number)
                entries: Any = await self._client.xrange(stream, count=limit - len(found))
                found += [self.delivery(stream, entry, attempt=1) for entry in entries]
        return found

    async def remove(self, delivery: Delivery) -> None:
        async with _typed_errors():
            await self._client.xdel(delivery.partition, delivery.position)

    async def ping(self) -> None:
        async with _typed_errors():
            await self._client.ping()

    async def close(self) -> None:
        await self._client.aclose()
        await self._reader.aclose()

    async def release_leases(self, leases: Iterable[tuple[str, str]]) -> None:
        """Gives back (lease, holder); what can't be now is with the next subscription, or it would lie idle."""
        self._leases_left.update(leases)
        for lease, holder in list(self._leases_left):
            await self._client.eval(_RELEASE, 1, lease, holder)
            self._leases_left.discard((lease, holder))

    def delivery(self, stream: str, entry: tuple[bytes, dict[bytes, bytes]], *, attempt: int) -> Delivery:
        position, fields = entry
        topic = stream[len(self._prefix) + 1 : stream.rindex(":")]
        headers = {
            name[2:].decode(): value.decode() for name, value in fields.items() if name.startswith(b"h:")
        }
        message = Message(topic, fields[_KEY].decode(), fields[_PAYLOAD], headers)
        return Delivery(message, attempt, stream, position.decode())

    @property
    def reader(self) -> Any:
        """Sends no command twice: what an answer that got lost had given would be given to nobody."""
        return self._reader

    def _stream_of(self, message: Message) -> str:
        return self._stream(message.topic, zlib.crc32(message.key.encode()) % self._partitions)

    def _stream(self, topic: str, partition: int) -> str:
        return f"{{{self._prefix}{topic}:{partition}}}"

    async def _ensure_group(self, stream: str, group: str) -> None:
        try:
            await self._client.xgroup_create(stream, group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise


class ValkeySubscription:
    """Holds leases on as many partitions as nobody else does, and reads those."""

    def __init__(self, bus: ValkeyBus, streams: Sequence[str], group: str, lease_s: float) -> None:
        self._bus = bus
        self._client = bus.reader
        self._streams = list(streams)
        self._group = group
        self._lease_s = lease_s
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._owned: set[str] = set()
        self._to_recover: set[str] = set()
        self._leased_at = 0.0

    async def poll(self, *, wait_s: float) -> Sequence[Delivery]:
        async with _typed_errors():
            await self._renew_leases()
            if not self._owned:
                await self._wait(wait_s)
                return []
            recovered = await self._recover()
            return recovered or await self._read_new(wait_s)

    async def done(self, delivery: Delivery) -> None:
        async with _typed_errors():
            await self._client.xack(delivery.partition, self._group, delivery.position)

    async def keep(self, deliveries: Sequence[Delivery]) -> None:  # noqa: ARG002 - the lease covers its partition
        async with _typed_errors():
            await self._renew_leases(force=True)

    async def close(self) -> None:
        # All that were asked for: an answer that got lost may have granted one.
        leases = [(self._lease(stream), self._name) for stream in self._streams]
        self._owned.clear()
        try:
            async with _typed_errors():
                await self._bus.release_leases(leases)
        except BusError as error:
            _log.warning("leases_kept", group=self._group, leases=len(leases), reason=str(error))

    async def _renew_leases(self, *, force: bool = False) -> None:
        """Takes free partitions and keeps its own; a partition lost to another is read no more."""
        now = time.monotonic()
        if not force and now - self._leased_at < self._lease_s / 5:
            return
        self._leased_at = now
        async with self._client.pipeline(transaction=False) as pipe:
            for stream in self._streams:
                pipe.eval(_LEASE, 1, self._lease(stream), self._name, int(self._lease_s * 1000))
            answers = await pipe.execute()
        owned = {stream for stream, has_it in zip(self._streams, answers, strict=True) if has_it}
        self._to_recover = (self._to_recover | (owned - self._owned)) & owned
        self._owned = owned

    async def _recover(self) -> list[Delivery]:
        """What earlier owners of newly leased partitions were given and did not finish, oldest first.

        One at a time: being claimed counts as an attempt, and only the one in hand may have been their death.
        """
        while self._to_recover:
            stream = next(iter(self._to_recover))
            _, entries, trimmed = await self._client.xautoclaim(
                stream, self._group, self._name, min_idle_time=0, start_id="0-0", count=1
            )
            for entry in entries:
                return [self._bus.delivery(stream, entry, attempt=await self._attempts(stream, entry[0]))]
            if not trimmed:
                self._to_recover.discard(stream)
        return []

    async def _attempts(self, stream: str, position: bytes) -> int:
        pending = await self._client.xpending_range(stream, self._group, min=position, max=position, count=1)
        return int(pending[0]["times_delivered"]) if pending else 1

    async def _read_new(self, wait_s: float) -> list[Delivery]:
        positions = dict.fromkeys(sorted(self._owned), ">")
        answer = await self._client.xreadgroup(
            self._group, self._name, positions, count=_BATCH, block=int(wait_s * 1000)
        )
        batches = answer.items() if isinstance(answer, dict) else answer or ()
        found: list[Delivery] = []
        for stream, entries in batches:
            flat = entries[0] if isinstance(answer, dict) else entries
            found += [self._bus.delivery(stream.decode(), entry, attempt=1) for entry in flat]
        return found

    async def _wait(self, wait_s: float) -> None:
        await asyncio.sleep(min(wait_s, self._lease_s / 5))

    def _lease(self, stream: str) -> str:
        return f"{stream}:lease:{self._group}"


_LEASE = """
local holder = redis.call('GET', KEYS[1])
if holder == false or holder == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
end
return 0
"""

_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1"


def _prefixed(message: Message) -> dict[str, str]:
    return {f"h:{name}": value for name, value in message.headers.items()}


@asynccontextmanager
async def _typed_errors() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise BusError(f"Valkey: {error}") from error
