"""Give each subgraph its value of ``join__Graph``."""

from __future__ import annotations

import re
from collections.abc import Iterable


def name_graphs(subgraphs: Iterable[str]) -> dict[str, str]:
    """Enum value names by subgraph, unique and valid in GraphQL: ``user-data`` becomes ``USER_DATA``."""
    by_base: dict[str, list[str]] = {}
    for name in subgraphs:
        by_base.setdefault(_base_name(name), []).append(name)
    return {
        name: base if len(names) == 1 else f"{base}_{number}"
        for base, names in by_base.items()
        for number, name in enumerate(names, start=1)
    }


def _base_name(name: str) -> str:
    upper = re.sub(r"[^A-Z0-9_]", "_", name.upper())
    if upper[:1].isdigit():
        upper = f"_{upper}"
    # A trailing number is what tells namesakes apart, so one that is the name's own gets an end mark.
    return f"{upper}_" if re.search(r"_\d+$", upper) else upper
