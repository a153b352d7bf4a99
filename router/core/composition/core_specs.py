"""Specifications whose directives a supergraph keeps: it links to those that some subgraph uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.core.composition.federation_spec import PREFIX

_TYPE_SYSTEM = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | "
    "INPUT_OBJECT | INPUT_FIELD_DEFINITION"
)
_GUARDED = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"
_COSTLY = "ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR"


@dataclass(frozen=True, slots=True)
class CoreSpec:
    """One specification. ``directives``: by canonical name, what follows the directive's name in its definition."""

    name: str
    version: str
    directives: Mapping[str, str]
    purpose: str | None = None
    scalars: tuple[str, ...] = ()
    more_directives: Mapping[str, str] = field(default_factory=dict)
    """Definitions, by name, of directives that only subgraphs use."""

    @property
    def url(self) -> str:
        return f"{self.identity}/{self.version}"

    @property
    def identity(self) -> str:
        return f"https://specs.apollo.dev/{self.name}"


CORE_SPECS = (
    CoreSpec("tag", "v0.3", {f"{PREFIX}tag": f"(name: String!) repeatable on {_TYPE_SYSTEM} | SCHEMA"}),
    CoreSpec("inaccessible", "v0.2", {f"{PREFIX}inaccessible": f" on {_TYPE_SYSTEM}"}, "SECURITY"),
    CoreSpec("authenticated", "v0.1", {f"{PREFIX}authenticated": f" on {_GUARDED}"}, "SECURITY"),
    CoreSpec(
        "requiresScopes",
        "v0.1",
        {f"{PREFIX}requiresScopes": f"(scopes: [[requiresScopes__Scope!]!]!) on {_GUARDED}"},
        "SECURITY",
        ("requiresScopes__Scope",),
    ),
    CoreSpec(
        "policy",
        "v0.1",
        {f"{PREFIX}policy": f"(policies: [[policy__Policy!]!]!) on {_GUARDED}"},
        "SECURITY",
        ("policy__Policy",),
    ),
    CoreSpec(
        "context",
        "v0.1",
        {f"{PREFIX}context": "(name: String!) repeatable on INTERFACE | OBJECT | UNION"},
        "SECURITY",
        ("context__ContextFieldValue",),
        {
            "context__fromContext": "directive @context__fromContext(field: context__ContextFieldValue) "
            "on ARGUMENT_DEFINITION"
        },
    ),
    CoreSpec(
        "cost",
        "v0.1",
        {
            f"{PREFIX}cost": f"(weight: Int!) on {_COSTLY}",
            f"{PREFIX}listSize": "(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], "
            "requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
        },
    ),
)
"""In the order in which a subgraph's schema lists their directives."""

CORE_DIRECTIVES = frozenset(name for spec in CORE_SPECS for name in spec.directives)
"""Canonical names."""


@dataclass(slots=True)
class UsedSpec:
    """A specification in the supergraph. ``names``: what the supergraph calls its directives, by canonical name."""

    spec: CoreSpec
    names: dict[str, str] = field(default_factory=dict)

    @property
    def definitions(self) -> dict[str, str]:
        """By name, as the supergraph prints them. Those not used keep the names that the link gives them."""
        unused = {
            canonical: self._default_name(canonical.removeprefix(PREFIX))
            for canonical in self.spec.directives
            if canonical not in self.names
        }
        return {
            name: f"directive @{name}{self.spec.directives[canonical]}"
            for canonical, name in (self.names | unused).items()
        } | dict(self.spec.more_directives)

    def _default_name(self, name: str) -> str:
        return name if name == self.spec.name else f"{self.spec.name}__{name}"

    @property
    def link(self) -> str:
        """With imports of what the specification's own name does not already bring in."""
        imports = ", ".join(
            _import(canonical.removeprefix(PREFIX), name)
            for canonical, name in self.names.items()
            if not canonical.removeprefix(PREFIX) == name == self.spec.name
        )
        purpose = f", for: {self.spec.purpose}" if self.spec.purpose else ""
        imported = f", import: [{imports}]" if imports else ""
        return f'@link(url: "{self.spec.url}"{purpose}{imported})'


def _import(name: str, alias: str) -> str:
    return f'"@{name}"' if name == alias else f'{{name: "@{name}", as: "@{alias}"}}'
