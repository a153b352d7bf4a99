"""The supergraph as the planner reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from graphql import GraphQLSchema

from router.core.selection import Selection
from router.core.supergraph.access import Demands
from router.core.supergraph.costs import Costs


@dataclass(frozen=True, slots=True)
class Subgraph:
    """``name`` as in supergraph.yaml; ``url`` where it is to be found, empty when the supergraph says nothing."""

    name: str
    url: str


class Seat(NamedTuple):
    """A type as one subgraph calls it: by its own name, or by that of an interface object in its stead."""

    subgraph: str
    type_name: str


@dataclass(frozen=True, slots=True)
class Key:
    """By ``selections`` an entity is found again in a subgraph."""

    text: str
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that the router fills in: ``selections`` of the nearest object above that sets ``context``.

    ``type`` is the argument's printed type in the subgraph.
    """

    context: str
    name: str
    type: str
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class FieldJoin:
    """How one subgraph takes part in a field. External fields are known there but answered elsewhere.

    ``type`` is the field's printed type in that subgraph, where it differs from the supergraph's, and ``type_name``
    the innermost named type of it. A join with an
    ``override_label`` counts while the label is active, or while it is not, as ``overrides`` says.
    """

    is_external: bool = False
    requires: tuple[Selection, ...] = ()
    provides: tuple[Selection, ...] = ()
    type: str | None = None
    type_name: str | None = None
    override_label: str | None = None
    overrides: bool = False
    context_arguments: tuple[ContextArgument, ...] = ()

    def is_active(self, labels: frozenset[str]) -> bool:
        """Whether the subgraph answers the field under these override labels."""
        return self.override_label is None or (self.override_label in labels) is self.overrides


@dataclass(frozen=True, slots=True)
class SupergraphField:
    """``type_name`` is the innermost named type of ``type``."""

    name: str
    type: str
    type_name: str
    joins: Mapping[Seat, FieldJoin]
    tags: frozenset[str] = frozenset()
    override_labels: frozenset[str] = frozenset()


@dataclass(slots=True)
class SupergraphType:
    """An object, interface or union.

    ``keys`` are resolvable ones. ``possible_types`` by subgraph: object types that a value of this type may have
    there (an object: itself). ``opaque_in``: subgraphs that know this interface as an object (``@interfaceObject``)
    and can't tell what stands behind it. ``contexts`` by subgraph: names that values of this type set there.
    """

    name: str
    is_abstract: bool
    fields: dict[str, SupergraphField] = field(default_factory=dict)
    keys: dict[Seat, tuple[Key, ...]] = field(default_factory=dict)
    possible_types: dict[str, tuple[str, ...]] = field(default_factory=dict)
    opaque_in: frozenset[str] = frozenset()
    contexts: dict[str, frozenset[str]] = field(default_factory=dict)

    def join(self, field_name: str, seat: Seat) -> FieldJoin | None:
        """How the subgraph takes part in the field; None when it does not know it."""
        known = self.fields.get(field_name)
        return known.joins.get(seat) if known else None

    def is_opaque(self, subgraph: str) -> bool:
        return subgraph in self.opaque_in

    def expands_in(self, subgraph: str) -> bool:
        """Whether a value of this type has one of several runtime types in the subgraph, which it can tell."""
        return self.is_abstract and subgraph not in self.opaque_in


@dataclass(slots=True)
class Supergraph:
    """``api_schema`` is what clients see. Built by ``load_supergraph``, with no override label active.

    ``inaccessible`` are types, and values of enums as ``Enum.VALUE``, that subgraphs may answer and clients never see;
    ``demands`` are what guarded types and fields ask of a client.
    """

    subgraphs: Mapping[str, Subgraph]
    api_schema: GraphQLSchema
    types: Mapping[str, SupergraphType]
    override_labels: frozenset[str] = frozenset()
    inaccessible: frozenset[str] = frozenset()
    demands: Demands = field(default_factory=dict)
    costs: Costs = field(default_factory=Costs)
    _all_types: Mapping[str, SupergraphType] = field(default_factory=dict)
    _possible: dict[str, frozenset[str]] = field(default_factory=dict)

    def all_possible_types(self, type_name: str) -> frozenset[str]:
        """Object types that a value of this type may have anywhere."""
        known = self._possible.get(type_name)
        if known is None:
            names: Iterable[str] = (
                name for names in self.types[type_name].possible_types.values() for name in names
            )
            known = self._possible[type_name] = frozenset(
                name for name in names if not self.types[name].is_abstract
            )
        return known

    def with_labels(self, active: frozenset[str]) -> Supergraph:
        """The supergraph while these override labels are active."""
        return Supergraph(
            subgraphs=self.subgraphs,
            api_schema=self.api_schema,
            types={name: _with_labels(type_, active) for name, type_ in self._all_types.items()},
            override_labels=self.override_labels,
            inaccessible=self.inaccessible,
            demands=self.demands,
            costs=self.costs,
            _all_types=self._all_types,
        )

    def root_type_name(self, kind: str) -> str | None:
        """Name of the root type for ``query``, ``mutation`` or ``subscription``."""
        root = {
            "query": self.api_schema.query_type,
            "mutation": self.api_schema.mutation_type,
            "subscription": self.api_schema.subscription_type,
        }[kind]
        return root.name if root else None

    @property
    def root_type_names(self) -> frozenset[str]:
        """Types whose values need no key: every subgraph has the same one."""
        roots = (self.root_type_name(kind) for kind in ("query", "mutation", "subscription"))
        return frozenset(name for name in roots if name is not None)


def assemble(
    subgraphs: Mapping[str, Subgraph],
    api_schema: GraphQLSchema,
    types: Mapping[str, SupergraphType],
    inaccessible: frozenset[str],
    *,
    demands: Demands,
    costs: Costs,
) -> Supergraph:
    """A supergraph of types that still have the joins of every label."""
    labels = frozenset(
        label
        for type_ in types.values()
        for known in type_.fields.values()
        for label in known.override_labels
    )
    every = Supergraph(
        subgraphs,
        api_schema,
        types={},
        override_labels=labels,
        inaccessible=inaccessible,
        demands=demands,
        costs=costs,
        _all_types=types,
    )
    return every.with_labels(frozenset())


def _with_labels(type_: SupergraphType, active: frozenset[str]) -> SupergraphType:
    return SupergraphType(
        name=type_.name,
        is_abstract=type_.is_abstract,
        fields={name: _active(known, active) for name, known in type_.fields.items()},
        keys=type_.keys,
        possible_types=type_.possible_types,
        opaque_in=type_.opaque_in,
        contexts=type_.contexts,
    )


def _active(known: SupergraphField, labels: frozenset[str]) -> SupergraphField:
    if not known.override_labels:
        return known
    return replace(known, joins={seat: join for seat, join in known.joins.items() if join.is_active(labels)})
