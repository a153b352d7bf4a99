"""Real servers for the whole session, one database and one Valkey database a worker."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from db.migrate import upgrade
from devstack.testing import SessionStack, session_stack
from kit.config import Settings
from kit.resources import Resources
from tests.support.settings import settings_for

# How long an example takes says more about the machine than about the code.
hypothesis_settings.register_profile("clipgraph", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("clipgraph")


# All clients of the tests come from one address. Who tests limits sets their own.
os.environ.setdefault("CLIPGRAPH_ANONYMOUS_REQUESTS_PER_MINUTE", "100000")


@pytest.fixture(scope="session")
def servers() -> Iterator[SessionStack]:
    """PostgreSQL, Valkey, SeaweedFS and Tansu, shared by all workers."""
    with session_stack() as session:
        yield session


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """``gw0`` under xdist, ``main`` without."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
async def settings(servers: SessionStack, worker_name: str) -> AsyncIterator[Settings]:
    """Settings of this worker: a migrated database, an empty Valkey database, buckets of its own."""
    database = await servers.create_database(worker_name)
    await asyncio.to_thread(upgrade, servers.postgres_dsn(database))
    yield settings_for(servers, database)
    await servers.drop_database(database)


@pytest.fixture(scope="session")
async def resources_for(settings: Settings) -> AsyncIterator[Callable[[str], Awaitable[Resources]]]:
    """``await resources_for("social")``: what the domain runs on, opened once a worker."""
    from kit.opening import close_resources, open_resources

    opened: dict[str, Resources] = {}

    async def resources(domain: str) -> Resources:
        if domain not in opened:
            opened[domain] = await open_resources(settings, domain)
        return opened[domain]

    yield resources
    for each in opened.values():
        await close_resources(each)
