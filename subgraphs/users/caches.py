"""Profiles in Valkey: ``user:{id}``, what everybody may see and nothing else.

A reader that is slow to fill may come after the writer that has just changed the row; so a profile is kept
only if no newer revision is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from kit.cache import Cache
from subgraphs.users.models import LIMITS, Profile

_KEEP_NEWEST: Final = """
local kept = redis.call('GET', KEYS[1])
if kept and cjson.decode(kept).revision > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class ProfileCache:
    """Profiles by user."""

    cache: Cache

    async def find(self, user_ids: Sequence[UUID]) -> Mapping[UUID, Profile]:
        """Those that are kept; one round trip."""
        values = await self.cache.get_many([_key(user_id) for user_id in user_ids])
        return {
            user_id: _profile(value)
            for user_id, value in zip(user_ids, values, strict=True)
            if value is not None
        }

    async def keep(self, profiles: Sequence[Profile]) -> None:
        """For ten minutes, unless a newer revision is kept; one round trip."""
        if not profiles:
            return
        script = self.cache.client.register_script(_KEEP_NEWEST)
        async with self.cache.client.pipeline(transaction=False) as pipe:
            for profile in profiles:
                value = orjson.dumps(asdict(profile), default=str)  # asyncpg has a UUID type of its own
                await script(
                    keys=[_key(profile.user_id)],
                    args=[profile.revision, value, LIMITS.cache_ttl_s],
                    client=pipe,
                )
            await pipe.execute()


def _key(user_id: UUID) -> str:
    return f"user:{{{user_id.hex}}}"


def _profile(value: dict[str, Any]) -> Profile:
    return Profile(
        **value
        | {
            "user_id": UUID(value["user_id"]),
            "created_at": datetime.fromisoformat(value["created_at"]),
        }
    )
