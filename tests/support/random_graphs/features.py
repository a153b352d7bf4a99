"""What a random graph may use. A switch per feature, so that a suite can leave out what is not there yet."""

from __future__ import annotations

from enum import StrEnum


class Feature(StrEnum):
    COMPOSITE_KEYS = "composite-keys"
    NESTED_KEYS = "nested-keys"
    LIST_KEYS = "list-keys"
    KEY_CHAINS = "key-chains"
    UNRESOLVABLE = "unresolvable"
    SHAREABLE = "shareable"
    SHAREABLE_ROOTS = "shareable-roots"
    PARTIAL_VALUES = "partial-values"
    NULLABILITY = "nullability"
    ARGUMENTS = "arguments"
    INTERFACES = "interfaces"
    UNIONS = "unions"
    REQUIRES = "requires"
    REQUIRES_NESTED = "requires-nested"
    REQUIRES_ARGUMENTS = "requires-arguments"
    REQUIRES_FRAGMENTS = "requires-fragments"
    REQUIRES_CHAIN = "requires-chain"
    PROVIDES = "provides"
    PROVIDES_NESTED = "provides-nested"
    PROVIDES_FRAGMENTS = "provides-fragments"
    OVERRIDE = "override"
    OVERRIDE_LABEL = "override-label"
    INTERFACE_OBJECT = "interface-object"
    INACCESSIBLE = "inaccessible"
    ENUM_PARTS = "enum-parts"
    INTERFACES_OF_INTERFACES = "interfaces-of-interfaces"
    LINK_STYLES = "link-styles"
    INPUT_OBJECTS = "input-objects"
    QUERY_FIELDS = "query-fields"
    TAG = "tag"
    FEDERATION_1 = "federation-1"
    MUTATIONS = "mutations"


Features = frozenset[Feature]
ALL_FEATURES: Features = frozenset(Feature)


def parse_features(text: str) -> Features:
    """``all``, ``none``, then what to leave out or put in: ``all ~provides ~override``, ``none requires``."""
    base, *steps = text.replace(",", " ").split()
    chosen = set(ALL_FEATURES if base == "all" else ())
    for step in steps:
        (chosen.discard if step.startswith("~") else chosen.add)(Feature(step.removeprefix("~")))
    return frozenset(chosen)
