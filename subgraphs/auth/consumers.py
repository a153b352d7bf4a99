"""Facts that auth reacts to."""

from __future__ import annotations

from contracts.events import Envelope, Event, ProfileChanged
from kit.bus import ConsumerGroup
from kit.resources import Resources
from subgraphs.auth import service


def consumer_group(resources: Resources) -> ConsumerGroup:
    """Accounts follow the handles of profiles, newest revision wins."""

    async def on_profile_changed(_: Envelope, event: Event) -> None:
        assert isinstance(event, ProfileChanged)
        async with resources.database.transaction() as tx:
            await service.follow_profile(tx, event.user_id, event.handle, event.revision)

    return ConsumerGroup("auth", {ProfileChanged: on_profile_changed})
