"""What a client must bring to see a field: ``@authenticated``, ``@requiresScopes`` and ``@policy``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import DocumentNode

from router.core.supergraph.join import directives_named
from router.core.supergraph.specifications import Specifications

Names: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True)
class Demand:
    """What one definition asks for. Of ``scopes`` and of ``policies`` one set must be held whole; empty: none."""

    is_authenticated: bool = False
    scopes: frozenset[Names] = frozenset()
    policies: frozenset[Names] = frozenset()

    def is_met(self, *, is_authenticated: bool, scopes: Names, policies: Names) -> bool:
        """By what a client has. Whoever has a scope or a policy need not be authenticated besides."""
        return (
            (is_authenticated or not self.is_authenticated)
            and (not self.scopes or any(wanted <= scopes for wanted in self.scopes))
            and (not self.policies or any(wanted <= policies for wanted in self.policies))
        )


Demands: TypeAlias = Mapping[tuple[str, str], Demand]
"""By type and field; the demand of a whole type is at an empty field."""


def read_demands(document: DocumentNode) -> Demands:
    """Of a supergraph, whatever names it has for the three directives."""
    names = Specifications.of(document).names
    found: dict[tuple[str, str], Demand] = {}
    for node in document.definitions:
        for field, guarded in _guarded(node):
            demand = _demand(guarded, names)
            if demand is not None:
                found[node.name.value, field] = demand  # type: ignore[attr-defined]
    return found


def _guarded(node: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(node, "name") and node.kind.endswith("type_definition"):
        yield "", node
        for field in getattr(node, "fields", None) or ():
            yield field.name.value, field


def _demand(node: Any, names: Mapping[str, str]) -> Demand | None:
    if not node.directives:
        return None
    is_authenticated = bool(directives_named(node, names.get("authenticated", "authenticated")))
    scopes = _sets(node, names.get("requiresScopes", "requiresScopes"), "scopes")
    policies = _sets(node, names.get("policy", "policy"), "policies")
    if not (is_authenticated or scopes is not None or policies is not None):
        return None
    return Demand(is_authenticated, _needed(scopes), _needed(policies))


def _sets(node: Any, directive: str, argument: str) -> frozenset[Names] | None:
    """None where the directive is absent."""
    for arguments in directives_named(node, directive):
        return frozenset(frozenset(map(str, each)) for each in arguments.get(argument) or ())
    return None


def _needed(sets: frozenset[Names] | None) -> frozenset[Names]:
    """A directive with no set at all can be met by nobody."""
    if sets is None:
        return frozenset()
    return sets or frozenset({frozenset({"\0"})})
