"""A users subgraph on real servers, and people with profiles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from contracts.ids import new_id
from kit.resources import Resources
from subgraphs.users import service
from subgraphs.users.app import create_subgraph
from subgraphs.users.models import Profile
from tests.support.subgraphs import Caller

MakeProfile = Callable[..., Awaitable[Profile]]


@pytest.fixture(scope="session")
async def resources(resources_for: Callable[[str], Awaitable[Resources]]) -> Resources:
    opened = await resources_for("users")
    await opened.storage.ensure_buckets([opened.settings.bucket_avatars])
    return opened


@pytest.fixture(scope="session")
async def users(resources: Resources) -> Caller:
    return Caller(create_subgraph(resources), resources)


@pytest.fixture
def make_profile(resources: Resources) -> MakeProfile:
    """A person with a handle that nobody else has, unless one is given."""

    async def make(handle: str | None = None, display_name: str = "Somebody") -> Profile:
        user_id: UUID = new_id()
        async with resources.database.transaction() as tx:
            return await service.ensure_profile(tx, user_id, handle or f"u_{user_id.hex[-20:]}", display_name)

    return make
