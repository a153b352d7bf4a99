"""The bus that the settings name."""

from __future__ import annotations

from kit.bus.base import Bus
from kit.config import Settings


async def open_bus(settings: Settings) -> Bus:
    """Connected and ready; the caller closes it."""
    if settings.bus == "kafka":
        from kit.bus.kafka import KafkaBus

        return await KafkaBus.connect(settings.kafka_bootstrap, prefix=settings.bus_prefix)
    from kit.bus.valkey import ValkeyBus

    return ValkeyBus(settings.valkey_url, prefix=settings.bus_prefix)
