"""Where fetched objects are merged, as text."""

from __future__ import annotations

from collections.abc import Sequence

from router.core.planner.plan import PathElement


def print_path(path: Sequence[PathElement]) -> str:
    """``products.reviews|[Review,Rating].author``: keys, and the types that objects must have."""
    text = ""
    for element in path:
        text += f".{element}" if isinstance(element, str) else f"|[{','.join(sorted(element))}]"
    return text.lstrip(".")
