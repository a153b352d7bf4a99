"""A social subgraph on real servers, and a world of people and videos that it knows of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from contracts.events import Visibility
from contracts.ids import new_id
from kit.resources import Resources
from subgraphs.social.app import create_subgraph
from subgraphs.social.models import KnownVideo
from subgraphs.social.repository import known
from tests.support.subgraphs import Caller


@pytest.fixture(scope="session")
async def resources(resources_for: Callable[[str], Awaitable[Resources]]) -> Resources:
    return await resources_for("social")


@pytest.fixture(scope="session")
async def social(resources: Resources) -> Caller:
    return Caller(create_subgraph(resources), resources)


@pytest.fixture
def make_user(resources: Resources) -> Callable[[], Awaitable[UUID]]:
    async def make() -> UUID:
        user_id = new_id()
        await known.add_user(resources.database, user_id)
        return user_id

    return make


@pytest.fixture
def make_video(resources: Resources) -> Callable[..., Awaitable[UUID]]:
    async def make(
        author_id: UUID, *, visibility: Visibility = Visibility.PUBLIC, allow_comments: bool = True
    ) -> UUID:
        video = KnownVideo(new_id(), author_id, visibility, allow_comments, is_active=True)
        await known.upsert_video(resources.database, video, revision=1)
        return video.video_id

    return make
