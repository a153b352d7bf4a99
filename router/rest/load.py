"""Reads ``rest.yaml`` and holds all of it to the supergraph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from router.core.supergraph import Supergraph
from router.rest.check_route import check_route
from router.rest.documents import Fragments, read_fragments
from router.rest.errors import FileProblem, Place, RestFileError
from router.rest.read_file import Entry, ReadText, RestFile, read_rest_file
from router.rest.route import Route


@dataclass(frozen=True, slots=True)
class RestMap:
    """``rest.yaml`` and its routes, in its order."""

    file: RestFile
    routes: tuple[Route, ...]


def load_rest_map(path: Path, supergraph: Supergraph) -> RestMap:
    """Raises RestFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8"
        raise RestFileError([FileProblem(Place(str(path), 1), str(reason))]) from error
    return read_rest_map(text, str(path), supergraph, _beside(path))


def read_rest_map(text: str, name: str, supergraph: Supergraph, read_text: ReadText) -> RestMap:
    """Raises RestFileError with the problems of every route."""
    file = read_rest_file(text, name, read_text)
    shared = read_fragments(file.fragments)
    problems: list[FileProblem] = []
    routes: list[Route] = []
    for entry in file.entries:
        try:
            routes.append(check_route(entry, shared, supergraph))
        except RestFileError as error:
            problems += error.problems
    if not problems:
        problems += [*_clashes(file.entries, routes), *_unused(shared, routes, file)]
    if problems:
        raise RestFileError(problems)
    return RestMap(file, tuple(routes))


def _clashes(entries: Sequence[Entry], routes: Sequence[Route]) -> Iterator[FileProblem]:
    """Of methods and paths, and of the names that operations have in OpenAPI."""
    paths: dict[tuple[str, str], Entry] = {}
    names: dict[str, Entry] = {}
    for entry, route in zip(entries, routes, strict=True):
        other = paths.setdefault((route.method, route.path.shape), entry)
        if other is not entry:
            yield entry.problem("path", f"{route.method} {route.path.text} is {other.path} of {other.place}")
        other = names.setdefault(route.document.name, entry)
        if other is not entry:
            yield entry.problem(
                "document", f"{route.document.name} is the operation of {other.place} already"
            )


def _unused(shared: Fragments, routes: Sequence[Route], file: RestFile) -> Iterator[FileProblem]:
    used = {name for route in routes for name in route.document.fragments}
    for name, node in shared.items():
        if name not in used and node.loc is not None and file.fragments is not None:
            line = file.fragments.location_offset.line + node.loc.start_token.line - 1
            yield FileProblem(Place(file.name, line), f"no document uses the fragment {name}")


def _beside(path: Path) -> Callable[[str], str]:
    return lambda name: (path.parent / name).read_text(encoding="utf-8")
