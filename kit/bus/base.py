"""What a bus is. The contract test in ``tests/contract/test_bus.py`` holds both implementations to it.

Messages of one topic and key are delivered in order; a message is delivered to every group at least once;
what was published is still there after any process died.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kit.errors import DependencyError

DEAD_LETTERS = ".dead"
"""Suffix of the topic that takes what a group gave up on."""


class BusError(DependencyError):
    """The broker did not answer, or refused."""


@dataclass(frozen=True, slots=True)
class Message:
    """``key`` is the entity whose order matters. Header values are text."""

    topic: str
    key: str
    payload: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and how often this group was given it (from 1). ``position`` is the broker's."""

    message: Message
    attempt: int
    partition: str
    position: str


class Subscription(Protocol):
    """One consumer of one group. Deliveries of a partition are handled in order by its one owner."""

    async def poll(self, *, wait_s: float) -> Sequence[Delivery]:
        """What came or was left behind by a consumer that died; empty after ``wait_s``. Raises BusError."""

    async def done(self, delivery: Delivery) -> None:
        """Handled: the group won't be given it again."""

    async def keep(self, deliveries: Sequence[Delivery]) -> None:
        """Still at it: nobody else should be given these now. Call at least every few seconds."""

    async def close(self) -> None:
        """Leaves the group; what is not done goes to the others."""


class Bus(Protocol):
    """Topics are names; partitions, retention and replication are the implementation's configuration."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Returns when all are durable, in order. Raises BusError; then some may have been published."""

    async def subscribe(self, topics: Sequence[str], group: str) -> Subscription:
        """Joins ``group``; a new group starts at the oldest message that is still kept."""

    async def read_all(self, topic: str, *, limit: int) -> Sequence[Delivery]:
        """The oldest messages of a topic without consuming them: for looking at dead letters."""

    async def remove(self, delivery: Delivery) -> None:
        """Deletes a message (a dead letter that was replayed) where the broker can; else marks it consumed."""

    async def ping(self) -> None:
        """Raises BusError when the broker does not answer."""

    async def close(self) -> None:
        """Flushes and disconnects."""
