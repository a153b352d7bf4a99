"""A query plan: fetches and the order that their data forces on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias

from router.core.operation import OperationKind
from router.core.projection import ResponseShape
from router.core.selection import Conditions, Deferral

PathElement: TypeAlias = str | frozenset[str]
"""A response key to follow, through lists; or type names, of which an object must be one."""


class Rename(NamedTuple):
    """A response key as the subgraph was asked for it becomes ``key``; ``inner`` are renames below it."""

    key: str
    inner: Renames


Renames: TypeAlias = Mapping[str, Rename]
"""By the key that the subgraph answers with."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One field of a representation: ``name`` as the subgraph knows it, read at ``source_key`` of our data.

    ``on_types`` limits it to objects of those types.
    """

    name: str
    source_key: str
    children: tuple[Wanted, ...] = ()
    on_types: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ContextValue:
    """A variable that is read from an ancestor of each entity: the object after ``depth`` elements of its path.

    Entities for which it differs can't share a request.
    """

    variable: str
    type: str
    depth: int
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class EntityPart:
    """Objects at ``path``, told to the subgraph as ``type_name`` with their ``key`` and what is ``required``.

    An object whose key is null altogether is nobody's entity; a required null is sent as null. The part is left
    out when ``run_if`` is not empty and none of it holds.
    """

    path: tuple[PathElement, ...]
    type_name: str
    key: tuple[Wanted, ...]
    required: tuple[Wanted, ...] = ()
    run_if: tuple[Conditions, ...] = ()

    @property
    def plain_key(self) -> Wanted | None:
        """The key, when it is one leaf and nothing else is sent."""
        if len(self.key) != 1 or self.required:
            return None
        [wanted] = self.key
        return wanted if not wanted.children and wanted.on_types is None else None


@dataclass(frozen=True, slots=True)
class EntityBlock:
    """One ``_entities`` of a request: it answers at ``response_key`` to what is sent as ``$variable``.

    ``asked_keys`` are those of the fields that are asked of any of its types, as they stand in the request.
    """

    response_key: str
    variable: str
    parts: tuple[EntityPart, ...]
    asked_keys: frozenset[str]
    renames: Renames = field(default_factory=dict)


@dataclass(frozen=True)
class FetchNode:
    """One request to one subgraph.

    It has ``entities``; or it asks for root fields, ``response_keys`` (``asked_keys`` in the request), which are
    merged into the objects at ``path``: the root of the answer, or a value of a root type further down. Such a
    fetch is left out when ``run_if`` is not empty and none of it holds. What a ``deferral`` covers is not waited for
    by the first answer. With ``contexts`` there is one block of one part, and a request for each outcome of them.
    """

    id: int
    subgraph: str
    kind: OperationKind
    query: str
    operation_name: str | None
    variables: tuple[str, ...]
    entities: tuple[EntityBlock, ...] = ()
    contexts: tuple[ContextValue, ...] = ()
    path: tuple[PathElement, ...] = ()
    response_keys: tuple[str, ...] = ()
    asked_keys: tuple[str, ...] = ()
    renames: Renames = field(default_factory=dict)
    run_if: tuple[Conditions, ...] = ()
    deferral: Deferral | None = None
    depends_on: tuple[int, ...] = ()

    @cached_property
    def variables_of_entities(self) -> Mapping[str, str]:
        """Response keys by the variables that hold what is sent."""
        return {block.variable: block.response_key for block in self.entities}


@dataclass(frozen=True)
class QueryPlan:
    """Fetches in an order in which each follows all that it depends on; empty for pure introspection.

    ``shape`` projects the fetched data to what the client asked for.
    """

    fetches: tuple[FetchNode, ...]
    shape: ResponseShape

    @cached_property
    def dependents(self) -> tuple[tuple[int, ...], ...]:
        """By fetch, those that depend on it."""
        return tuple(
            tuple(other.id for other in self.fetches if fetch.id in other.depends_on)
            for fetch in self.fetches
        )
