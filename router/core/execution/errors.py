"""Errors of subgraphs in the client's terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from router.core.execution.messages import FetchFailure
from router.core.execution.objects import gather_places
from router.core.planner import FetchNode
from router.core.projection import Projection


def from_subgraph(
    error: Any, subgraph: str, places: Sequence[Sequence[str | int]]
) -> Iterable[dict[str, Any]]:
    """The error at each of its places; without a path when there are none. Codes are kept."""
    given = error if isinstance(error, dict) else {}
    own = given.get("extensions")
    extensions: dict[str, Any] = {**(own if isinstance(own, dict) else {}), "service": subgraph}
    if not isinstance(extensions.get("code"), str):
        extensions["code"] = "DOWNSTREAM_SERVICE_ERROR"
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


def of_projection(projection: Projection, errors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Errors for values that can't be shown, but for those that ``errors`` explain already."""
    found: list[dict[str, Any]] = []
    for paths, message, code in (
        (
            projection.misfits,
            "A subgraph gave a value that the schema doesn't allow.",
            "SUBGRAPH_MALFORMED_RESPONSE",
        ),
        (
            projection.violations,
            "A subgraph gave null where the schema promises a value.",
            "INTERNAL_SERVER_ERROR",
        ),
    ):
        for path in paths:
            if not any(_explains(error.get("path"), path) for error in (*errors, *found)):
                found.append({"message": message, "path": path, "extensions": {"code": code}})
    return found


def take_errors(errors: list[dict[str, Any]], path: Sequence[str | int]) -> list[dict[str, Any]]:
    """Takes out those that belong to the object at ``path``, or to none in particular."""
    taken = [error for error in errors if _explains(error.get("path"), path)]
    errors[:] = [error for error in errors if error not in taken]
    return taken


def is_shown(data: Any, path: Sequence[str | int]) -> bool:
    """Whether an answer has an object at ``path``, and no null on the way."""
    for step in path:
        if data is None:
            return False
        data = data[step]
    return data is not None


def _explains(error_path: Sequence[str | int] | None, path: Sequence[str | int]) -> bool:
    if error_path is None:
        return True
    length = min(len(error_path), len(path))
    return list(error_path[:length]) == list(path[:length])
