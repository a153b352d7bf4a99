"""Running a consumer group: decode, handle, retry with backoff, give up into dead letters."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from contracts.events import Envelope, Event, InvalidEventError, UnknownEventError, decode_event
from kit.bus.base import DEAD_LETTERS, Bus, BusError, Delivery, Message, Subscription
from kit.bus.retrying import RetryPolicy, Tries
from kit.telemetry import continued_trace, get_logger, metrics, span

Handler = Callable[[Envelope, Event], Awaitable[None]]
"""Reacts to a fact. May be called twice for the same one; raises to be called again later."""

_log = get_logger("bus")
_KEEP_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class ConsumerGroup:
    """A name and what it does with each type of event; other events of the same topics pass by."""

    name: str
    handlers: Mapping[type[Event], Handler]
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    @property
    def topics(self) -> list[str]:
        return sorted({str(event_type.topic) for event_type in self.handlers})


async def run_consumer(bus: Bus, group: ConsumerGroup, *, stop: asyncio.Event) -> None:
    """Handles messages until ``stop``; partitions run beside each other, a partition in order.

    Comes back by itself after an outage of the broker. A message in hand when ``stop`` comes is finished.
    """
    pause_s = 0.1
    while not stop.is_set():
        try:
            subscription = await bus.subscribe(group.topics, group.name)
            pause_s = 0.1
            try:
                await _consume(bus, group, subscription, stop)
            finally:
                await subscription.close()
        except BusError as error:
            _log.warning("consumer_lost_broker", group=group.name, reason=str(error), retry_in_s=pause_s)
            await _pause(stop, pause_s)
            pause_s = min(5.0, pause_s * 2)


async def _consume(bus: Bus, group: ConsumerGroup, subscription: Subscription, stop: asyncio.Event) -> None:
    while not stop.is_set():
        deliveries = await subscription.poll(wait_s=1.0)
        if not deliveries:
            continue
        keeper = asyncio.create_task(_keep(subscription, deliveries))
        try:
            async with asyncio.TaskGroup() as tasks:
                for _, batch in groupby(deliveries, key=lambda each: each.partition):
                    tasks.create_task(_handle_in_order(bus, group, subscription, list(batch), stop))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        finally:
            keeper.cancel()


async def _keep(subscription: Subscription, deliveries: Sequence[Delivery]) -> None:
    while True:
        await asyncio.sleep(_KEEP_EVERY_S)
        try:
            await subscription.keep(deliveries)
        except BusError as error:
            _log.warning("claim_not_kept", reason=str(error))


async def _handle_in_order(
    bus: Bus,
    group: ConsumerGroup,
    subscription: Subscription,
    deliveries: Sequence[Delivery],
    stop: asyncio.Event,
) -> None:
    for delivery in deliveries:
        if stop.is_set():
            return
        if await _settle(bus, group, delivery, stop):
            await subscription.done(delivery)


async def _settle(bus: Bus, group: ConsumerGroup, delivery: Delivery, stop: asyncio.Event) -> bool:
    """Whether the message is dealt with: handled, passed by, or laid among the dead letters."""
    try:
        envelope, event = decode_event(delivery.message.payload)
    except UnknownEventError as error:
        _log.info("event_passed_by", group=group.name, reason=str(error))
        return True
    except InvalidEventError as error:
        await _bury(bus, group, delivery, str(error))
        return True
    handler = group.handlers.get(type(event))
    if handler is None:
        return True
    if delivery.attempt > group.retry.attempts:
        await _bury(bus, group, delivery, "its consumers died of it")
        return True
    with continued_trace(envelope.traceparent), span("event.handle", group=group.name, event=envelope.type):
        return await _attempt(bus, group, delivery, handler, (envelope, event), stop)


async def _attempt(  # noqa: PLR0917 - one call site, each a different thing
    bus: Bus,
    group: ConsumerGroup,
    delivery: Delivery,
    handler: Handler,
    fact: tuple[Envelope, Event],
    stop: asyncio.Event,
) -> bool:
    name = fact[0].type
    tries = Tries(group.retry, max(1, delivery.attempt))
    while True:
        try:
            with metrics.EVENT_SECONDS.labels(group.name, name).time():
                await handler(*fact)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is retried, then buried
            _log.warning(
                "handler_failed", group=group.name, event_type=name, attempt=tries.attempt, exc_info=error
            )
            pause_s = tries.after(error, time.monotonic())
            if pause_s is None:
                await _bury(bus, group, delivery, f"{type(error).__name__}: {error}")
                metrics.EVENTS_HANDLED.labels(group.name, name, "dead").inc()
                return True
            metrics.EVENTS_HANDLED.labels(group.name, name, "failed").inc()
            if await _pause(stop, pause_s):
                return False
        else:
            metrics.EVENTS_HANDLED.labels(group.name, name, "done").inc()
            return True


async def _bury(bus: Bus, group: ConsumerGroup, delivery: Delivery, reason: str) -> None:
    message = delivery.message
    headers = {**message.headers, "group": group.name, "topic": message.topic, "reason": reason[:500]}
    await bus.publish([Message(message.topic + DEAD_LETTERS, message.key, message.payload, headers)])
    _log.error("message_given_up", group=group.name, topic=message.topic, key=message.key, reason=reason)


async def _pause(stop: asyncio.Event, seconds: float) -> bool:
    """Whether ``stop`` came meanwhile."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
