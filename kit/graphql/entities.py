"""Entities by their representations, all of one type at once.

Strawberry resolves each representation by itself: twenty of them would be twenty tasks.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from strawberry.federation.schema import FederationAny
from strawberry.types import Info


class SubgraphSchema(strawberry.federation.Schema):
    """Its entity types have ``load_entities(info, representations)``: a coroutine that gives an object or None for
    each representation, in their order. What only some operations select is for ``batched`` fields.
    """

    async def entities_resolver(  # type: ignore[override]
        self, info: Info, representations: list[FederationAny]
    ) -> list[FederationAny]:
        places: dict[str, list[int]] = {}
        given: list[Mapping[str, Any]] = [dict(each) for each in representations]  # type: ignore[call-overload]
        for place, representation in enumerate(given):
            places.setdefault(str(representation.get("__typename")), []).append(place)
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
