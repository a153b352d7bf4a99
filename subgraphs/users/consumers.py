"""Facts that the users domain reacts to. Every handler may run twice for the same fact."""

from __future__ import annotations

from contracts.events import Envelope, Event, ProfileChanged, UserRegistered
from kit.bus import ConsumerGroup
from kit.resources import Resources
from subgraphs.users import repository, service
from subgraphs.users.caches import profile_cache


def consumer_group(resources: Resources) -> ConsumerGroup:
    """Handlers by event type, as the group ``users``."""
    reactions = _Reactions(resources)
    return ConsumerGroup(
        name="users",
        handlers={
            UserRegistered: reactions.open_profile,
            ProfileChanged: reactions.refresh_cache,
        },
    )


class _Reactions:
    def __init__(self, resources: Resources) -> None:
        self._db = resources.database
        self._cache = profile_cache(resources)

    async def open_profile(self, _: Envelope, event: Event) -> None:
        assert isinstance(event, UserRegistered)
        async with self._db.transaction() as tx:
            await service.ensure_profile(tx, event.user_id, event.handle, event.display_name)

    async def refresh_cache(self, _: Envelope, event: Event) -> None:
        """The edge did it already, unless it died right after its commit."""
        assert isinstance(event, ProfileChanged)
        found = await repository.find_profiles(self._db, [event.user_id])
        await self._cache.keep(list(found.values()))
