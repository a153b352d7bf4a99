"""Errors of subgraphs in the client's terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from router.core.execution.messages import FetchFailure
from router.core.execution.objects import gather_places
from router.core.planner import FetchNode


def from_subgraph(
    error: Any, subgraph: str, places: Sequence[Sequence[str | int]]
) -> Iterable[dict[str, Any]]:
    """The error at each of its places; without a path when there are none. Codes are kept."""
    given = error if isinstance(error, dict) else {}
    own = given.get("extensions")
    extensions = {
        "code": "DOWNSTREAM_SERVICE_ERROR",
        **(own if isinstance(own, dict) else {}),
        "service": subgraph,
    }
    message = given.get("message")
    if not isinstance(message, str) or not message:
        message = "The subgraph reported an error."
    if not places:
        yield {"message": message, "extensions": extensions}
    for place in places:
        yield {"message": message, "path": list(place), "extensions": extensions}


def from_failure(
    fetch: FetchNode, failure: FetchFailure, data: Mapping[str, Any]
) -> Iterable[dict[str, Any]]:
    """One error for each root field that is lost; of entities, one for each path, at the first value there."""
    extensions = {"code": failure.code, "service": fetch.subgraph}
    message = f"{fetch.subgraph}: {failure.message}"
    for path in _lost(fetch, data):
        yield {"message": message, "path": path, "extensions": extensions}


def _lost(fetch: FetchNode, data: Mapping[str, Any]) -> Iterable[list[str | int]]:
    if not fetch.entities:
        for place in gather_places(dict(data), fetch.path):
            yield from ([*place, key] for key in fetch.response_keys)
        return
    told: list[list[str | int]] = []
    for part in (part for block in fetch.entities for part in block.parts):
        first = next(element for element in part.path if isinstance(element, str))
        if [first] not in told:
            told.append([first])
    yield from told


def of_violation(path: Sequence[str | int], errors: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The error for a missing non-null value, unless an error that explains it is there already."""
    return _unless_explained(
        "A subgraph gave null where the schema promises a value.", "INTERNAL_SERVER_ERROR", path, errors
    )


def of_misfit(path: Sequence[str | int], errors: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The error for a value that its type doesn't allow, unless one that explains it is there already."""
    return _unless_explained(
        "A subgraph gave a value that the schema doesn't allow.", "SUBGRAPH_MALFORMED_RESPONSE", path, errors
    )


def _unless_explained(
    message: str, code: str, path: Sequence[str | int], errors: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    if any(_explains(error.get("path"), path) for error in errors):
        return None
    return {"message": message, "path": list(path), "extensions": {"code": code}}


def _explains(error_path: Sequence[str | int] | None, path: Sequence[str | int]) -> bool:
    if error_path is None:
        return True
    length = min(len(error_path), len(path))
    return list(error_path[:length]) == list(path[:length])
