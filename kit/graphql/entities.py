"""Entities by their representations, all of one type at once.

Strawberry resolves each representation by itself: twenty of them would be twenty tasks.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

import strawberry
from strawberry.federation.schema import FederationAny
from strawberry.types import Info

from kit.graphql.arguments import takes_arguments_as_they_are


class SubgraphSchema(strawberry.federation.Schema):
    """Its entity types have ``load_entities(info, representations)``: a coroutine that gives an object or None for
    each representation, in their order. What only some operations select is for ``batched`` fields.
    """

    @takes_arguments_as_they_are
    async def entities_resolver(  # type: ignore[override]
        self, info: Info, representations: list[FederationAny]
    ) -> list[FederationAny]:
        given = cast("list[Mapping[str, Any]]", representations)
        places: dict[str, list[int]] = {}
        for place, representation in enumerate(given):
            places.setdefault(str(representation.get("__typename")), []).append(place)
        if len(places) == 1:
            return list(await self._load(info, next(iter(places)), given))
        found: list[Any] = [None] * len(given)
        loads = (self._load(info, name, [given[place] for place in at]) for name, at in places.items())
        for at, entities in zip(places.values(), await asyncio.gather(*loads), strict=True):
            for place, entity in zip(at, entities, strict=True):
                found[place] = entity
        return found

    async def _load(
        self, info: Info, type_name: str, representations: Sequence[Mapping[str, Any]]
    ) -> Sequence[Any]:
        """An error costs the entities of this type, not those of the others."""
        entity_type: Any = self.schema_converter.type_map[type_name].definition
        try:
            loaded: Sequence[Any] = await entity_type.origin.load_entities(info, representations)
        except Exception as error:  # noqa: BLE001 - graphql-core reports it at each of its places
            return [error] * len(representations)
        return loaded
