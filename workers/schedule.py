"""Periodic jobs, each run by one process at a time: a lease in Valkey decides which."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Sequence

from redis.exceptions import RedisError

from kit.cache import Cache
from kit.jobs import Job
from kit.telemetry import continued_trace, get_logger, metrics

_log = get_logger("schedule")


async def run_schedule(cache: Cache, jobs: Sequence[Job], *, stop: asyncio.Event) -> None:
    """Runs each job every ``every_s`` seconds, beginning now, until ``stop``."""
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            tasks.create_task(_repeat(cache, job, name, stop), name=f"job-{job.name}")


async def _repeat(cache: Cache, job: Job, name: str, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            if await _is_due(cache, job, name):
                await _run(job)
        except (RedisError, OSError) as error:
            _log.warning("schedule_without_lease", job=job.name, reason=str(error))
        try:
            await asyncio.wait_for(stop.wait(), min(job.every_s, 5.0))
        except TimeoutError:
            continue


async def _is_due(cache: Cache, job: Job, name: str) -> bool:
    """Whoever sets the key first runs the job in this period."""
    period_ms = max(1, int(job.every_s * 1000) - 50)
    return bool(await cache.client.set(f"job:{job.name}", name, nx=True, px=period_ms))


async def _run(job: Job) -> None:
    with continued_trace(None):
        try:
            await job.run()
        except Exception as error:  # noqa: BLE001 - a failing job must not end the others
            metrics.JOBS_RUN.labels(job.name, "failed").inc()
            _log.error("job_failed", job=job.name, exc_info=error)
        else:
            metrics.JOBS_RUN.labels(job.name, "done").inc()
