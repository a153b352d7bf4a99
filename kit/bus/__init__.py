"""The event bus: durable topics, consumer groups, dead letters. Valkey Streams or Kafka behind one interface."""

from kit.bus.base import Bus, BusError, Delivery, Message, Subscription
from kit.bus.consuming import ConsumerGroup, Handler, run_consumer
from kit.bus.opening import open_bus
from kit.bus.retrying import RetryPolicy

__all__ = [
    "Bus",
    "BusError",
    "ConsumerGroup",
    "Delivery",
    "Handler",
    "Message",
    "RetryPolicy",
    "Subscription",
    "open_bus",
    "run_consumer",
]
