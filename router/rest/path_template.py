"""Paths with parameters: what ``/api/v1/videos/{id}`` matches, and which of several templates does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

_PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LITERAL = re.compile(r"[A-Za-z0-9._~-]+")
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """``segments`` in order; those that are parameters in braces."""

    text: str
    segments: tuple[str, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(name for each in self.segments if (name := _parameter(each)))

    @property
    def shape(self) -> str:
        """The same for templates that match the same paths."""
        return "/".join("{}" if _parameter(each) else each for each in self.segments)


def parse_template(text: str) -> PathTemplate:
    """Raises ValueError."""
    segments = tuple(text.removeprefix("/").split("/"))
    for segment in segments:
        if not (_PARAMETER.fullmatch(segment) or _LITERAL.fullmatch(segment)):
            raise ValueError(f"{segment!r} is neither a word nor a parameter in braces")
    template = PathTemplate(text, segments)
    if len(set(template.parameters)) < len(template.parameters):
        raise ValueError("a parameter is named twice")
    return template


@dataclass(slots=True)
class _Node(Generic[_Found]):
    literals: dict[str, _Node[_Found]] = field(default_factory=dict)
    parameter: _Node[_Found] | None = None
    found: dict[str, _Found] = field(default_factory=dict)

    def child(self, segment: str) -> _Node[_Found]:
        if _parameter(segment) is None:
            return self.literals.setdefault(segment, _Node())
        if self.parameter is None:
            self.parameter = _Node()
        return self.parameter


class PathTree(Generic[_Found]):
    """What is served under which path, by method."""

    def __init__(self, served: Iterable[tuple[PathTemplate, str, _Found]]) -> None:
        self._root: _Node[_Found] = _Node()
        for template, method, found in served:
            node = self._root
            for segment in template.segments:
                node = node.child(segment)
            node.found[method] = found

    def find(self, path: str) -> tuple[Mapping[str, _Found], tuple[str, ...]] | None:
        """What the most literal template of the path has, and the values of its parameters; None for a path that none
        matches. ``path`` is percent-encoded as the client sent it. Raises ValueError when that is no UTF-8.
        """
        segments = tuple(unquote(each, errors="strict") for each in path.removeprefix("/").split("/"))
        return _find(self._root, segments, ())


def _find(
    node: _Node[_Found], segments: tuple[str, ...], values: tuple[str, ...]
) -> tuple[Mapping[str, _Found], tuple[str, ...]] | None:
    if not segments:
        return (node.found, values) if node.found else None
    first, rest = segments[0], segments[1:]
    if first in node.literals and (found := _find(node.literals[first], rest, values)) is not None:
        return found
    if node.parameter is not None and first:
        return _find(node.parameter, rest, (*values, first))
    return None


def _parameter(segment: str) -> str | None:
    found = _PARAMETER.fullmatch(segment)
    return found[1] if found else None
