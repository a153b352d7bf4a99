"""Background processes: each does its work and answers health and metrics on the admin port."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from clipgraph.domains import DOMAINS
from clipgraph.processes.subgraphs import OpenSubgraph, open_subgraphs
from kit.bus import Bus, open_bus
from kit.cache import Cache
from kit.config import Settings
from kit.graphql.idempotency import forget_keys_job
from kit.pubsub import PubSub
from kit.service import Check, health_app, serve_asgi
from kit.storage import Storage
from workers.consume import run_consumers
from workers.relay import run_relay
from workers.schedule import run_schedule


async def serve_relay(settings: Settings, domains: Sequence[str], *, stop: asyncio.Event) -> None:
    """Outbox → bus, for these domains or all."""
    async with AsyncExitStack() as stack:
        bus = await _bus(settings, stack)
        pubsub = PubSub.from_settings(settings)
        stack.push_async_callback(pubsub.close)
        dsn = settings.database_dsn(settings.database_admin_user)
        work = run_relay(dsn, domains or DOMAINS, bus, pubsub, stop=stop)
        await _run(settings, work, {"bus": bus.ping}, stop)


async def serve_consume(settings: Settings, domains: Sequence[str], *, stop: asyncio.Event) -> None:
    """Bus → consumers of these domains or all."""
    async with AsyncExitStack() as stack:
        bus = await _bus(settings, stack)
        opened = await stack.enter_async_context(open_subgraphs(settings, domains or DOMAINS))
        groups = [group for each in opened for group in each.subgraph.consumer_groups]
        work = run_consumers(bus, groups, stop=stop)
        await _run(settings, work, {"bus": bus.ping, **_checks(opened)}, stop)


async def serve_schedule(settings: Settings, domains: Sequence[str], *, stop: asyncio.Event) -> None:
    """Periodic jobs of these domains or all."""
    async with AsyncExitStack() as stack:
        cache = Cache.from_settings(settings)
        stack.push_async_callback(cache.close)
        opened = await stack.enter_async_context(open_subgraphs(settings, domains or DOMAINS))
        jobs = [
            job for each in opened for job in (*each.subgraph.jobs, forget_keys_job(each.resources.database))
        ]
        await _run(settings, run_schedule(cache, jobs, stop=stop), _checks(opened), stop)


async def serve_media(settings: Settings, *, stop: asyncio.Event) -> None:
    """Transcodes what was uploaded."""
    from media.worker import open_consumer_group

    async with AsyncExitStack() as stack:
        bus = await _bus(settings, stack)
        storage = Storage.from_settings(settings)
        stack.callback(storage.close)
        group = await open_consumer_group(storage, bus, settings)
        work = run_consumers(bus, [group], stop=stop)
        await _run(settings, work, {"bus": bus.ping}, stop)


async def _bus(settings: Settings, stack: AsyncExitStack) -> Bus:
    bus = await open_bus(settings)
    stack.push_async_callback(bus.close)
    return bus


def _checks(opened: Sequence[OpenSubgraph]) -> dict[str, Check]:
    return {name: check for each in opened for name, check in each.checks.items()}


async def _run(
    settings: Settings,
    work: Coroutine[Any, Any, None],
    checks: Mapping[str, Check],
    stop: asyncio.Event,
) -> None:
    """Work and health side by side; when one ends, so does the other."""
    app = health_app(checks)
    serving = serve_asgi(app, host=settings.host, port=settings.admin_port, stop=stop)
    tasks = [asyncio.create_task(work), asyncio.create_task(serving)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        for task in done:
            task.result()
    finally:
        stop.set()
        await asyncio.gather(*tasks)
