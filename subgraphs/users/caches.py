"""Profiles, kept in Valkey and in the process: what everybody may see and nothing else."""

from __future__ import annotations

from functools import partial
from typing import Final

from pydantic import TypeAdapter

from kit.entity_cache import EntityCache, EntityKind
from kit.resources import Resources
from subgraphs.users import repository
from subgraphs.users.models import LIMITS, Profile

_KIND: Final = EntityKind(
    name="user",
    adapter=TypeAdapter(Profile),
    id_of=lambda profile: profile.user_id,
    ttl_s=LIMITS.cache_ttl_s,
)


def profile_cache(resources: Resources) -> EntityCache[Profile]:
    """Profiles by user."""
    return EntityCache(
        _KIND, resources.cache, resources.local, partial(repository.find_profiles, resources.database)
    )
