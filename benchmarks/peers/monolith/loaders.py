"""What a viewer did, by dataloader. Each batch has a session of its own: one can't be used by two at once."""

from __future__ import annotations

from uuid import UUID

from aiodataloader import DataLoader
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import InstrumentedAttribute

from benchmarks.peers.monolith.models import Follow, Like, Save


class Viewer:
    """For one request."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], viewer_id: UUID) -> None:
        self.viewer_id = viewer_id
        self.has_liked = Did(sessions, Like.video_id, Like.user_id, viewer_id)
        self.has_saved = Did(sessions, Save.video_id, Save.user_id, viewer_id)
        self.is_following = Did(sessions, Follow.followee_id, Follow.follower_id, viewer_id)


class Did(DataLoader[UUID, bool]):
    """Whether there is a row of ``actor`` for a key."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        column: InstrumentedAttribute[UUID],
        actor: InstrumentedAttribute[UUID],
        actor_id: UUID,
    ) -> None:
        super().__init__()
        self._sessions = sessions
        self._column = column
        self._actor = actor
        self._actor_id = actor_id

    async def batch_load_fn(self, keys: list[UUID]) -> list[bool]:
        query = select(self._column).where(self._actor == self._actor_id, self._column.in_(keys))
        async with self._sessions() as session:
            found = set(await session.scalars(query))
        return [key in found for key in keys]
