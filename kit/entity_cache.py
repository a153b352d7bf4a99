"""Entities by id, read from the nearest place that has them: the process, Valkey, the database.

In Valkey one is ``{name}:{{{id}}}``, JSON, as it is for everybody; who may see it is decided after the cache. A reader
that is slow to fill may come after the writer that has just changed the row, so an entity is kept only if no newer
revision is there; a deleted one stays as its own tombstone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from kit.cache import Cache
from kit.command_pipe import Script
from kit.local import LocalCaches, entity_key

_KEEP_NEWEST: Final = Script("""
local kept = redis.call('GET', KEYS[1])
if kept and cjson.decode(kept).revision > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
""")


class Revised(Protocol):
    """``revision`` grows with every change."""

    @property
    def revision(self) -> int: ...


EntityT = TypeVar("EntityT", bound=Revised)


@dataclass(frozen=True, slots=True)
class EntityKind(Generic[EntityT]):
    """``ttl_s`` in Valkey. What ``may_keep`` refuses is read from the database each time."""

    name: str
    adapter: TypeAdapter[EntityT]
    id_of: Callable[[EntityT], UUID]
    ttl_s: int
    may_keep: Callable[[EntityT], bool] | None = None


class EntityCache(Generic[EntityT]):
    """``read`` gives entities by id from the database."""

    def __init__(
        self,
        kind: EntityKind[EntityT],
        cache: Cache,
        local: LocalCaches,
        read: Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, EntityT]]],
    ) -> None:
        self._kind = kind
        self._cache = cache
        self._read = read
        self._local = local.of_entities(kind.name, self._load, may_keep=kind.may_keep)

    async def find(self, ids: Sequence[UUID]) -> Mapping[UUID, EntityT]:
        """Those that there are."""
        return await self._local.find(ids)

    async def keep(self, entities: Sequence[EntityT]) -> None:
        """For whoever has changed them and committed; one round trip."""
        await self._put(entities)
        self._local.forget(map(self._kind.id_of, entities))

    async def _load(self, ids: Sequence[UUID]) -> Mapping[UUID, EntityT]:
        found = await self._get(ids)
        missing = [id for id in ids if id not in found]
        if missing:
            read = await self._read(missing)
            await self._put(list(read.values()))
            found.update(read)
        return found

    async def _get(self, ids: Sequence[UUID]) -> dict[UUID, EntityT]:
        name, validate = self._kind.name, self._kind.adapter.validate_json
        values = await self._cache.pipe.run("MGET", *[entity_key(name, id) for id in ids])
        return {id: validate(value) for id, value in zip(ids, values, strict=True) if value is not None}

    async def _put(self, entities: Sequence[EntityT]) -> None:
        kind = self._kind
        kept = [entity for entity in entities if kind.may_keep is None or kind.may_keep(entity)]
        if not kept:
            return
        await asyncio.gather(
            *(
                self._cache.pipe.run_script(
                    _KEEP_NEWEST,
                    [entity_key(kind.name, kind.id_of(entity))],
                    [entity.revision, kind.adapter.dump_json(entity), kind.ttl_s],
                )
                for entity in kept
            )
        )
