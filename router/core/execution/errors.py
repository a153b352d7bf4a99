"""Errors of subgraphs in the client's terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from router.core.execution.messages import FetchFailure
from router.core.planner import FetchNode


def from_subgraph(
    error: Mapping[str, Any], subgraph: str, places: Sequence[Sequence[str | int]]
) -> Iterable[dict[str, Any]]:
    """The error at each of its places; without a path when there are none. Codes are kept."""
    extensions = {
        "code": "DOWNSTREAM_SERVICE_ERROR",
        **(error.get("extensions") or {}),
        "service": subgraph,
    }
    message = str(error.get("message") or "The subgraph reported an error.")
    if not places:
        yield {"message": message, "extensions": extensions}
    for place in places:
        yield {"message": message, "path": list(place), "extensions": extensions}


def from_failure(fetch: FetchNode, failure: FetchFailure) -> Iterable[dict[str, Any]]:
    """One error for each root field that is lost, or one for a whole entity fetch, at the root field above it."""
    extensions = {"code": failure.code, "service": fetch.subgraph}
    message = f"{fetch.subgraph}: {failure.message}"
    if fetch.entity_type is None:
        for key in fetch.response_keys:
            yield {"message": message, "path": [key], "extensions": extensions}
        return
    path = [element for element in fetch.path if isinstance(element, str)]
    yield {"message": message, "path": path[:1], "extensions": extensions}


def of_violation(path: Sequence[str | int], errors: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The error for a missing non-null value, unless an error that explains it is there already."""
    if any(_explains(error.get("path"), path) for error in errors):
        return None
    return {
        "message": "A subgraph gave null where the schema promises a value.",
        "path": list(path),
        "extensions": {"code": "INTERNAL_SERVER_ERROR"},
    }


def _explains(error_path: Sequence[str | int] | None, path: Sequence[str | int]) -> bool:
    if error_path is None:
        return True
    length = min(len(error_path), len(path))
    return list(error_path[:length]) == list(path[:length])
