"""Entities by their representations, all of one type at once.

graphql-core runs a task for each field that has to wait. A page of twenty videos with seven counters each would be
a hundred and forty of them; loaded before, the fields are plain reads.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from graphql import FieldNode, InlineFragmentNode, SelectionSetNode
from strawberry.federation.schema import FederationAny
from strawberry.types import Info

_NODES_KEPT = 4096


class SubgraphSchema(strawberry.federation.Schema):
    """Its entity types have ``load_entities(info, representations, fields)``: a coroutine that gives an object or
    None for each representation, in their order. ``fields`` are the names that are selected of the type.
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
            loaded: Sequence[Any] = await entity_type.origin.load_entities(
                info, representations, _selected(info, type_name)
            )
        except Exception as error:  # noqa: BLE001 - graphql-core reports it at each of its places
            return [error] * len(representations)
        return loaded


_selections: dict[tuple[int, str], tuple[FieldNode, frozenset[str]]] = {}
"""By identity of the node, which is kept so that the identity stays its own. Documents are parsed once."""


def _selected(info: Info, type_name: str) -> frozenset[str]:
    node = info._raw_info.field_nodes[0]
    known = _selections.get((id(node), type_name))
    if known is not None and known[0] is node:
        return known[1]
    if len(_selections) >= _NODES_KEPT:
        _selections.clear()
    fragments = info._raw_info.fragments
    names = frozenset(_names(node.selection_set, type_name, fragments))
    _selections[id(node), type_name] = (node, names)
    return names


def _names(selection_set: SelectionSetNode | None, type_name: str, fragments: Mapping[str, Any]) -> list[str]:
    names: list[str] = []
    for selection in selection_set.selections if selection_set else ():
        if isinstance(selection, FieldNode):
            names.append(selection.name.value)
            continue
        is_inline = isinstance(selection, InlineFragmentNode)
        fragment: Any = selection if is_inline else fragments[selection.name.value]  # type: ignore[attr-defined]
        condition = fragment.type_condition
        if condition is None or condition.name.value in (type_name, "_Entity"):
            names.extend(_names(fragment.selection_set, type_name, fragments))
    return names
