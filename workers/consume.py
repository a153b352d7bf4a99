"""Runs consumer groups of any number of domains in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from kit.bus import Bus, ConsumerGroup, run_consumer


async def run_consumers(bus: Bus, groups: Sequence[ConsumerGroup], *, stop: asyncio.Event) -> None:
    """All groups beside each other until ``stop``."""
    async with asyncio.TaskGroup() as tasks:
        for group in groups:
            tasks.create_task(run_consumer(bus, group, stop=stop), name=f"group-{group.name}")
