"""A query plan: fetches and the order that their data forces on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from router.core.operation import OperationKind
from router.core.projection import ResponseShape
from router.core.selection import Conditions

PathElement: TypeAlias = str | frozenset[str]
"""A response key to follow, through lists; or type names, of which an object must be one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One field of a representation: ``name`` as the subgraph knows it, read at ``source_key`` of our data.

    ``on_type`` limits it to objects of that type.
    """

    name: str
    source_key: str
    children: tuple[Wanted, ...] = ()
    on_type: str | None = None


@dataclass(frozen=True, slots=True)
class FetchNode:
    """One request to one subgraph.

    A root fetch has neither ``path`` nor ``entity_type``. An entity fetch gathers the objects at ``path`` and sends
    ``representation`` of each. ``response_keys`` are the root fields, or the entity's, that it brings. It is left
    out when ``run_if`` is not empty and none of it holds.
    """

    id: int
    subgraph: str
    kind: OperationKind
    query: str
    operation_name: str | None
    variables: tuple[str, ...]
    path: tuple[PathElement, ...] = ()
    entity_type: str | None = None
    representation: tuple[Wanted, ...] = ()
    response_keys: tuple[str, ...] = ()
    run_if: tuple[Conditions, ...] = ()
    depends_on: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """Fetches in an order in which each follows all that it depends on; empty for pure introspection.

    ``shape`` projects the fetched data to what the client asked for.
    """

    fetches: tuple[FetchNode, ...]
    shape: ResponseShape
