"""What every merging step is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from graphql import DirectiveDefinitionNode

from router.core.composition.compose_directives import ComposedDirectives
from router.core.composition.core_specs import UsedSpec
from router.core.composition.field_sets import Coordinate, key_fields, provided_fields, used_fields
from router.core.composition.guards import GuardKey, find_guards
from router.core.composition.model import Directive, Element, Subgraph, Type, is_named_subtype
from router.core.composition.problems import Report
from router.core.composition.usages import Usage, find_usages

E_co = TypeVar("E_co", bound=Element | Directive, covariant=True)


@dataclass(frozen=True, slots=True)
class Source(Generic[E_co]):
    """An element as one subgraph defines it."""

    subgraph: Subgraph
    element: E_co


Sources = Sequence[Source[E_co]]
"""Definitions of one element, in the order of the subgraphs."""


@dataclass
class MergeContext:
    """The subgraphs in order, the types merged so far, and where problems go.

    ``overridden``: by subgraph, the fields that ``@override`` has taken from it for good.
    ``migrations``: by subgraph and field, the label on which it depends who resolves the field, and for which
    of the label's values this subgraph does.
    """

    subgraphs: Sequence[Subgraph]
    report: Report
    composed: ComposedDirectives = field(default_factory=ComposedDirectives)
    core_specs: Sequence[UsedSpec] = ()
    schema: Element = field(default_factory=lambda: Element(name="schema"))
    executable: dict[str, DirectiveDefinitionNode] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    overridden: dict[str, set[Coordinate]] = field(default_factory=dict)
    migrations: dict[tuple[str, Coordinate], tuple[str, bool]] = field(default_factory=dict)

    def is_subtype(self, narrow: str, wide: str) -> bool:
        """By the supergraph's interfaces and unions, all of which are known before any field is merged."""
        return is_named_subtype(self.types, narrow, wide)

    def sources_of(self, type_name: str) -> list[Source[Type]]:
        return [Source(s, s.types[type_name]) for s in self.subgraphs if type_name in s.types]

    @property
    def federation_version(self) -> tuple[int, int]:
        """The newest that a subgraph links to; Federation 1 is read as 2.0."""
        linked = (s.links.federation.version for s in self.subgraphs if s.links.federation is not None)
        return max(linked, default=(2, 0))

    def name_of(self, canonical: str) -> str:
        """What the supergraph calls a directive of the specifications that it keeps."""
        return next((spec.names[canonical] for spec in self.core_specs if canonical in spec.names), canonical)

    def is_core_directive_used(self, canonical: str) -> bool:
        return any(canonical in spec.names for spec in self.core_specs)

    @cached_property
    def guards(self) -> dict[GuardKey, list[Source[Element]]]:
        """Other elements whose demands on access count for one. To be read once types are merged by name."""
        found = find_guards(self.subgraphs, self.types)
        return {key: [Source(*pair) for pair in pairs] for key, pairs in found.items()}

    @cached_property
    def usages(self) -> dict[str, Usage]:
        """By type name."""
        return find_usages(self.subgraphs, self.composed.definitions)

    @cached_property
    def key_fields(self) -> dict[str, set[Coordinate]]:
        """By subgraph."""
        return {subgraph.name: key_fields(subgraph) for subgraph in self.subgraphs}

    @cached_property
    def provided_fields(self) -> dict[str, set[Coordinate]]:
        """By subgraph."""
        return {subgraph.name: provided_fields(subgraph) for subgraph in self.subgraphs}

    @cached_property
    def used_fields(self) -> dict[str, set[Coordinate]]:
        """By subgraph."""
        return {subgraph.name: used_fields(subgraph) for subgraph in self.subgraphs}


def names_of(sources: Sequence[Source[Element]]) -> list[str]:
    """Names of the subgraphs, for messages."""
    return [source.subgraph.name for source in sources]
