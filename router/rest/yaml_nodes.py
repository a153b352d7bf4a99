"""YAML with the line of every key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from graphql import Source, SourceLocation
from yaml.constructor import SafeConstructor

from router.rest.errors import FileProblem, Place, RestFileError


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where it is written."""

    plain: Any
    place: Place
    node: yaml.Node

    def fail(self, message: str) -> RestFileError:
        return RestFileError([FileProblem(self.place, message)])

    def mapping(self, what: str) -> dict[str, Value]:
        """Values by key, each with the line of its key. Raises RestFileError."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fail(f"{what} is a mapping")
        found: dict[str, Value] = {}
        for key, value in self.node.value:
            name = str(key.value)
            place = Place(self.place.file, key.start_mark.line + 1)
            if name in found:
                raise RestFileError([FileProblem(place, f"`{name}` is given twice")])
            found[name] = Value(_plain(value), place, value)
        return found

    def items(self, what: str) -> list[Value]:
        """Raises RestFileError."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.fail(f"{what} is a list")
        return [
            Value(_plain(each), Place(self.place.file, each.start_mark.line + 1), each)
            for each in self.node.value
        ]

    def graphql(self) -> Source:
        """The text with its place in the file."""
        # The text of a block begins in the line after its `|`.
        is_block = isinstance(self.node, yaml.ScalarNode) and self.node.style in {"|", ">"}
        line = self.node.start_mark.line + (2 if is_block else 1)
        return Source(str(self.plain), self.place.file, SourceLocation(line, 1))


def read_yaml(text: str, file: str) -> Mapping[str, Value]:
    """The mapping that the whole file is. Raises RestFileError."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(file, mark.line + 1 if mark else 1)
        raise RestFileError([FileProblem(place, f"no valid YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        raise RestFileError([FileProblem(Place(file, 1), f"no valid YAML: {error}")]) from error
    if node is None:
        raise RestFileError([FileProblem(Place(file, 1), "the file is empty")])
    return Value(None, Place(file, 1), node).mapping("the file")


def _plain(node: yaml.Node) -> Any:
    return SafeConstructor().construct_document(node)
