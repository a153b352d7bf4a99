"""The supergraph as the planner reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import GraphQLSchema

from router.core.selection import Selection


@dataclass(frozen=True, slots=True)
class Subgraph:
    """``name`` as in supergraph.yaml; ``url`` where it is to be found, empty when the supergraph says nothing."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Key:
    """By ``selections`` an entity is found again in a subgraph."""

    text: str
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class FieldJoin:
    """How one subgraph takes part in a field. External fields are known there but answered elsewhere."""

    is_external: bool = False
    requires: tuple[Selection, ...] = ()
    provides: tuple[Selection, ...] = ()


@dataclass(frozen=True, slots=True)
class SupergraphField:
    """``type_name`` is the innermost named type; ``joins`` by subgraph name."""

    name: str
    type_name: str
    joins: Mapping[str, FieldJoin]
    tags: frozenset[str] = frozenset()


@dataclass(slots=True)
class SupergraphType:
    """An object, interface or union.

    ``keys`` by subgraph, resolvable ones only. ``possible_types`` by subgraph: object types that a value of this
    type may have there (an object: itself).
    """

    name: str
    is_abstract: bool
    fields: dict[str, SupergraphField] = field(default_factory=dict)
    keys: dict[str, tuple[Key, ...]] = field(default_factory=dict)
    possible_types: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def join(self, field_name: str, subgraph: str) -> FieldJoin | None:
        """How ``subgraph`` takes part in the field; None when it does not know it."""
        known = self.fields.get(field_name)
        return known.joins.get(subgraph) if known else None


@dataclass(slots=True)
class Supergraph:
    """``api_schema`` is what clients see. Built by ``load_supergraph``."""

    subgraphs: Mapping[str, Subgraph]
    api_schema: GraphQLSchema
    types: Mapping[str, SupergraphType]

    def all_possible_types(self, type_name: str) -> frozenset[str]:
        """Object types that a value of this type may have anywhere."""
        return frozenset().union(*self.types[type_name].possible_types.values())

    def root_type_name(self, kind: str) -> str | None:
        """Name of the root type for ``query``, ``mutation`` or ``subscription``."""
        root = {
            "query": self.api_schema.query_type,
            "mutation": self.api_schema.mutation_type,
            "subscription": self.api_schema.subscription_type,
        }[kind]
        return root.name if root else None
