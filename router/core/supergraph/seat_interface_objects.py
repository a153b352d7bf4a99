"""Gives every implementation of an interface a seat where an interface object stands in for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from router.core.supergraph.model import Seat, SupergraphType


def seat_interface_objects(nodes: Mapping[str, Any], types: Mapping[str, SupergraphType]) -> None:
    """An object that a subgraph knows as an interface object is found there by the interface's keys, and has
    there the interface's fields.
    """
    for name, node in nodes.items():
        for interface in getattr(node, "interfaces", None) or ():
            _stand_in(types[name], types[interface.name.value])


def _stand_in(type_: SupergraphType, interface: SupergraphType) -> None:
    for subgraph in interface.opaque_in:
        seat = Seat(subgraph, interface.name)
        if seat in interface.keys:
            type_.keys[seat] = interface.keys[seat]
        for known in interface.fields.values():
            join = known.joins.get(seat)
            own = type_.fields.get(known.name)
            if join is not None and own is not None:
                type_.fields[known.name] = replace(
                    own,
                    joins={**own.joins, seat: join},
                    override_labels=own.override_labels | known.override_labels,
                )
