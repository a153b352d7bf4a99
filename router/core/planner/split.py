"""Sharing a field out: what one subgraph can see through below it, and what must come from another that has it too.

A value without a key can't be followed from one subgraph to another. Where several answer the field that holds it,
each is asked for its part, and the parts are merged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from router.core.planner.reach import Reach
from router.core.selection import Field, Fragment, Selection
from router.core.supergraph import SupergraphType


class Splitter:
    """Questions to one supergraph."""

    def __init__(self, types: Mapping[str, SupergraphType], reach: Reach) -> None:
        self._types = types
        self._reach = reach

    def split(self, type_name: str, field: Field, subgraph: str) -> tuple[Field | None, Field | None]:
        """What to ask ``subgraph`` of a field that it answers, and what is left; None for nothing."""
        join = self._types[type_name].join(field.name, subgraph)
        if join is None or join.is_external:
            return None, field
        if not field.selections:
            return field, None
        inner_type = self._types[type_name].fields[field.name].type_name
        here, rest = self._split_selections(inner_type, field.selections, subgraph)
        return (
            replace(field, selections=here) if here else None,
            replace(field, selections=rest) if rest else None,
        )

    def _split_selections(
        self, type_name: str, selections: Sequence[Selection], subgraph: str
    ) -> tuple[tuple[Selection, ...], tuple[Selection, ...]]:
        if self._reach.can_complete(type_name, selections, subgraph):
            return tuple(selections), ()
        here: list[Selection] = []
        rest: list[Selection] = []
        for selection in selections:
            if isinstance(selection, Fragment):
                inside, outside = self._split_selections(
                    selection.type_condition, selection.selections, subgraph
                )
                here += [replace(selection, selections=inside)] if inside else []
                rest += [replace(selection, selections=outside)] if outside else []
                continue
            if self._reach.can_complete(type_name, [selection], subgraph):
                here.append(selection)
                continue
            mine, others = (
                self.split(type_name, selection, subgraph) if selection.selections else (None, selection)
            )
            here += [mine] if mine else []
            rest += [others] if others else []
        return tuple(here), tuple(rest)
