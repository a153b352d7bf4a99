"""Facts of the users domain."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from contracts.events.base import Event
from contracts.topics import Topic


class ProfileChanged(Event):
    """A profile was opened or changed; ``revision`` grows by one with each change of this profile."""

    topic: ClassVar[Topic] = Topic.USER_INTERACTION

    user_id: UUID
    handle: str
    revision: int

    def key(self) -> str:
        return str(self.user_id)
