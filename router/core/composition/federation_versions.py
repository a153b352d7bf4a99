"""What each version of federation has for subgraphs to import."""

from __future__ import annotations

from collections.abc import Iterable

from graphql.pyutils import did_you_mean, suggestion_list

LATEST_MINOR = 14
"""Of federation 2."""

_SINCE: dict[int, tuple[str, ...]] = {
    0: (
        "@key",
        "@requires",
        "@provides",
        "@external",
        "@tag",
        "@extends",
        "@shareable",
        "@inaccessible",
        "@override",
        "FieldSet",
    ),
    1: ("@composeDirective",),
    3: ("@interfaceObject",),
    5: ("@authenticated", "@requiresScopes", "Scope"),
    6: ("@policy", "Policy"),
    8: ("@context", "@fromContext", "ContextFieldValue"),
    9: ("@cost", "@listSize"),
    12: ("@cacheTag",),
}
"""Names by the minor version that brought them."""


def importable(minor: int) -> list[str]:
    return [name for since, names in _SINCE.items() if since <= minor for name in names]


def unknown_import(imported: Iterable[str], minor: int) -> str | None:
    """What is wrong with the first import that this version of federation does not have."""
    known = importable(minor)
    for name in imported:
        if name in known:
            continue
        if f"@{name}" in known:
            return f'Cannot import unknown element "{name}". Did you mean directive "@{name}"?'
        suggestions = [f'"{suggestion}"' for suggestion in suggestion_list(name, known)]
        return f'Cannot import unknown element "{name}".{did_you_mean(suggestions)}'.replace("'", "")
    return None
