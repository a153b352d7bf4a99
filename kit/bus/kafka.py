"""The bus on Kafka (``aiokafka``). Offsets are committed by hand, after a message and all before it are done."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError

from kit.bus.base import BusError, Delivery, Message

PARTITIONS = 4
_REQUEST_TIMEOUT_MS = 10_000


class KafkaBus:
    """``acks=all``; topics are created on first use with ``partitions`` when the cluster has not got them."""

    def __init__(
        self,
        bootstrap: str,
        producer: AIOKafkaProducer,
        *,
        prefix: str,
        partitions: int,
        replication: int,
    ) -> None:
        self._bootstrap = bootstrap
        self._producer = producer
        self._prefix = prefix
        self._partitions = partitions
        self._replication = replication
        self._known_topics: set[str] = set()

    @classmethod
    async def connect(
        cls, bootstrap: str, *, prefix: str = "", partitions: int = PARTITIONS, replication: int = 1
    ) -> KafkaBus:
        # Without the idempotent producer a retry may write twice; consumers are idempotent, and one request
        # in flight keeps the order.
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            acks="all",
            enable_idempotence=False,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
        )
        async with _typed_errors():
            await producer.start()
        return cls(bootstrap, producer, prefix=prefix, partitions=partitions, replication=replication)

    async def publish(self, messages: Sequence[Message]) -> None:
        await self._ensure_topics({message.topic for message in messages})
        async with _typed_errors():
            sent = [
                await self._producer.send(
                    self._prefix + message.topic,
                    message.payload,
                    key=message.key.encode(),
                    headers=[(name, value.encode()) for name, value in message.headers.items()],
                )
                for message in messages
            ]
            await asyncio.gather(*sent)

    async def subscribe(self, topics: Sequence[str], group: str) -> KafkaSubscription:
        await self._ensure_topics(set(topics))
        consumer = AIOKafkaConsumer(
            *(self._prefix + topic for topic in topics),
            bootstrap_servers=self._bootstrap,
            group_id=self._prefix + group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
            max_poll_interval_ms=3_600_000,  # a media job may take long; heartbeats say that we live
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
        )
        async with _typed_errors():
            await consumer.start()
        return KafkaSubscription(consumer, self._prefix)

    async def read_all(self, topic: str, *, limit: int) -> Sequence[Delivery]:
        await self._ensure_topics({topic})
        consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, request_timeout_ms=_REQUEST_TIMEOUT_MS)
        async with _typed_errors():
            await consumer.start()
            try:
                return await self._read_range(consumer, self._prefix + topic, limit)
            finally:
                await consumer.stop()

    async def remove(self, delivery: Delivery) -> None:
        """Kafka keeps what was written until retention ends; nothing to do."""

    async def ping(self) -> None:
        async with _typed_errors():
            await self._producer.client.fetch_all_metadata()

    async def close(self) -> None:
        async with _typed_errors():
            await self._producer.stop()

    async def _read_range(self, consumer: AIOKafkaConsumer, topic: str, limit: int) -> list[Delivery]:
        numbers = consumer.partitions_for_topic(topic) or set(range(self._partitions))
        partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[Delivery] = []
        while len(found) < limit and any([await consumer.position(each) < ends[each] for each in partitions]):
            for records in (await consumer.getmany(timeout_ms=500, max_records=limit)).values():
                found += [_delivery(record, self._prefix, attempt=1) for record in records]
        return found[:limit]

    async def _ensure_topics(self, topics: set[str]) -> None:
        missing = topics - self._known_topics
        if not missing:
            return
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=_REQUEST_TIMEOUT_MS)
        async with _typed_errors():
            await admin.start()
            try:
                existing = set(await admin.list_topics())
                wanted = [
                    NewTopic(self._prefix + topic, self._partitions, self._replication)
                    for topic in sorted(missing)
                    if self._prefix + topic not in existing
                ]
                if wanted:
                    await self._create(admin, wanted)
            finally:
                await admin.close()
        self._known_topics |= missing

    async def _create(self, admin: AIOKafkaAdminClient, wanted: list[NewTopic]) -> None:
        try:
            await admin.create_topics(wanted)
        except TopicAlreadyExistsError:
            return  # a twin was faster


class KafkaSubscription:
    """One member of a consumer group. Done messages are committed up to the first that is not."""

    def __init__(self, consumer: AIOKafkaConsumer, prefix: str) -> None:
        self._consumer = consumer
        self._prefix = prefix
        self._open: dict[TopicPartition, list[int]] = defaultdict(list)
        self._last: dict[TopicPartition, int] = {}

    async def poll(self, *, wait_s: float) -> Sequence[Delivery]:
        async with _typed_errors():
            batches = await self._consumer.getmany(timeout_ms=int(wait_s * 1000), max_records=64)
        found: list[Delivery] = []
        for partition, records in batches.items():
            self._open[partition] += [record.offset for record in records]
            self._last[partition] = records[-1].offset
            found += [_delivery(record, self._prefix, attempt=1) for record in records]
        return found

    async def done(self, delivery: Delivery) -> None:
        topic, _, number = delivery.partition.rpartition(":")
        partition = TopicPartition(topic, int(number))
        offset = int(delivery.position)
        waiting = self._open[partition]
        if offset in waiting:
            waiting.remove(offset)
        committed = min(waiting) if waiting else self._last.get(partition, offset) + 1
        async with _typed_errors():
            await self._consumer.commit({partition: committed})

    async def keep(self, deliveries: Sequence[Delivery]) -> None:
        """The client's heartbeats do it."""

    async def close(self) -> None:
        async with _typed_errors():
            await self._consumer.stop()


def _delivery(record: object, prefix: str, *, attempt: int) -> Delivery:
    topic, key, value = record.topic, record.key, record.value  # type: ignore[attr-defined]
    headers = {name: text.decode() for name, text in record.headers}  # type: ignore[attr-defined]
    message = Message(topic[len(prefix) :], (key or b"").decode(), value or b"", headers)
    partition = f"{topic}:{record.partition}"  # type: ignore[attr-defined]
    return Delivery(message, attempt, partition, str(record.offset))  # type: ignore[attr-defined]


@asynccontextmanager
async def _typed_errors() -> AsyncIterator[None]:
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise BusError(f"Kafka: {error!r}") from error
