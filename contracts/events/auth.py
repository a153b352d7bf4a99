"""Facts of the auth domain."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from contracts.events.base import Event
from contracts.topics import Topic


class UserRegistered(Event):
    """An account exists; ``handle`` and ``display_name`` are what the person asked for."""

    topic: ClassVar[Topic] = Topic.USER_INTERACTION

    user_id: UUID
    handle: str
    display_name: str

    def key(self) -> str:
        return str(self.user_id)
