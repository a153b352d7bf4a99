"""From the text of ``rest.yaml`` to its entries: keys and types of values, nothing of the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import Source, SourceLocation

from router.rest.errors import FileProblem, Place, RestFileError
from router.rest.yaml_nodes import Value, read_yaml

ReadText = Callable[[str], str]
"""The text of a file that ``rest.yaml`` names, by its path from there. Raises OSError."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NULL_STATUSES = (200, 204, 401, 403, 404, 410)
_STATUSES = (200, 201, 202, 204)
_FILE_KEYS: Mapping[str, type] = {
    "title": str,
    "version": str,
    "description": str,
    "base": str,
    "fragments": str,
    "routes": list,
}
_ENTRY_KEYS: Mapping[str, type] = {
    "method": str,
    "path": str,
    "document": object,
    "variables": dict,
    "result": str,
    "page": bool,
    "status": int,
    "on_null": int,
    "location": str,
    "summary": str,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One route as it is written. ``places`` are those of its keys, ``variables`` values with theirs."""

    place: Place
    places: Mapping[str, Place]
    method: str
    path: str
    document: Source
    variables: Mapping[str, Value]
    result: str
    is_page: bool
    status: int
    on_null: int
    location: str | None
    summary: str | None

    def problem(self, key: str, message: str) -> FileProblem:
        """At the key, or at the entry where it has no such key."""
        return FileProblem(self.places.get(key, self.place), message)


@dataclass(frozen=True, slots=True)
class RestFile:
    name: str
    title: str
    version: str
    description: str
    base: str
    fragments: Source | None
    entries: tuple[Entry, ...]


def read_rest_file(text: str, name: str, read_text: ReadText) -> RestFile:
    """Raises RestFileError with the problems of all entries."""
    content = read_yaml(text, name)
    _check_keys(content, _FILE_KEYS, Place(name, 1), required=("title", "version", "base", "routes"))
    base = content["base"]
    if not base.plain.startswith("/") or base.plain.endswith("/"):
        raise base.fail("`base` begins with a slash and ends without one")
    description = content.get("description")
    return RestFile(
        name=name,
        title=content["title"].plain,
        version=content["version"].plain,
        description=description.plain if description else "",
        base=base.plain,
        fragments=content["fragments"].graphql() if "fragments" in content else None,
        entries=_read_entries(content["routes"], base.plain, read_text),
    )


def _read_entries(routes: Value, base: str, read_text: ReadText) -> tuple[Entry, ...]:
    problems: list[FileProblem] = []
    entries: list[Entry] = []
    for value in routes.items("`routes`"):
        try:
            entries.append(_read_entry(value, base, read_text))
        except RestFileError as error:
            problems += error.problems
    if problems:
        raise RestFileError(problems)
    return tuple(entries)


def _read_entry(entry: Value, base: str, read_text: ReadText) -> Entry:
    content = entry.mapping("a route")
    _check_keys(content, _ENTRY_KEYS, entry.place, required=("method", "path", "document"))
    variables = content.get("variables")
    plain: dict[str, Any] = {key: value.plain for key, value in content.items()}
    read = Entry(
        place=entry.place,
        places={key: value.place for key, value in content.items()},
        method=plain["method"],
        path=plain["path"],
        document=_read_document(content["document"], read_text),
        variables=variables.mapping("`variables`") if variables else {},
        result=plain.get("result", ""),
        is_page=plain.get("page", False),
        status=plain.get("status", 200),
        on_null=plain.get("on_null", 404),
        location=plain.get("location"),
        summary=plain.get("summary"),
    )
    problems = [*_head_problems(read, base)]
    if problems:
        raise RestFileError(problems)
    return read


def _head_problems(entry: Entry, base: str) -> list[FileProblem]:
    allowed = (
        ("method", entry.method, METHODS),
        ("status", entry.status, _STATUSES),
        ("on_null", entry.on_null, NULL_STATUSES),
    )
    problems = [
        entry.problem(key, f"`{key}` is one of {', '.join(map(str, values))}, not {given}")
        for key, given, values in allowed
        if given not in values
    ]
    if not entry.path.startswith(f"{base}/"):
        problems.append(entry.problem("path", f"`path` begins with {base}/"))
    return problems


def _read_document(value: Value, read_text: ReadText) -> Source:
    """The text, or that of ``{file: PATH}``."""
    if isinstance(value.plain, str):
        return value.graphql()
    path = value.plain.get("file") if isinstance(value.plain, dict) and len(value.plain) == 1 else None
    if not isinstance(path, str):
        raise value.fail("`document` is the text of an operation, or {file: PATH}")
    try:
        return Source(read_text(path), path, SourceLocation(1, 1))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8"
        raise value.fail(f"{path}: {reason}") from error


def _check_keys(
    content: Mapping[str, Value], known: Mapping[str, type], place: Place, *, required: tuple[str, ...]
) -> None:
    problems = [FileProblem(place, f"`{key}` is missing") for key in required if key not in content]
    for key, value in content.items():
        if key not in known:
            problems.append(FileProblem(value.place, f"unknown key `{key}`"))
        elif not _is_a(value.plain, known[key]):
            problems.append(FileProblem(value.place, f"`{key}` is no {_KINDS[known[key]]}"))
    if problems:
        raise RestFileError(problems)


_KINDS = {str: "text", int: "whole number", bool: "true or false", dict: "mapping", list: "list"}


def _is_a(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))
