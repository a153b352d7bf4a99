"""One loader an access path, named by what it gives and its key."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

import strawberry

from kit.graphql.context import RequestContext
from kit.graphql.loading import Loader
from kit.resources import Resources
from subgraphs.users import repository
from subgraphs.users.caches import profile_cache
from subgraphs.users.models import Profile


class ProfileByIdLoader(Loader[UUID, Profile | None]):
    def __init__(self, resources: Resources) -> None:
        super().__init__()
        self._kept = profile_cache(resources)

    async def batch_load_fn(self, keys: list[UUID]) -> list[Profile | None]:
        found = await self._kept.find(keys)
        return [found.get(key) for key in keys]


class ProfileByHandleLoader(Loader[str, Profile | None]):
    """By handle in lower case. Handles move between people, so only the database says whose one is."""

    def __init__(self, resources: Resources, by_id: ProfileByIdLoader) -> None:
        super().__init__()
        self._db = resources.database
        self._by_id = by_id

    async def batch_load_fn(self, keys: list[str]) -> list[Profile | None]:
        owners = await repository.owners_of_handles(self._db, keys)
        profiles = await self._by_id.load_many(owners.values())
        found = dict(zip(owners, profiles, strict=True))
        return [found.get(key) for key in keys]


class Loaders:
    """Of one operation, each made when it is first asked for; profiles look the same to everybody."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    @cached_property
    def profile_by_id(self) -> ProfileByIdLoader:
        return ProfileByIdLoader(self._resources)

    @cached_property
    def profile_by_handle(self) -> ProfileByHandleLoader:
        return ProfileByHandleLoader(self._resources, self.profile_by_id)


Context = RequestContext[Loaders]
UsersInfo = strawberry.Info[Context, None]
