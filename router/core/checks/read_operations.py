"""Operations as somebody recorded them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse


@dataclass(frozen=True, slots=True)
class RecordedOperation:
    """One operation of a document. ``variables`` is None when they were not recorded, so that any may be sent."""

    name: str
    document: DocumentNode
    definition: OperationDefinitionNode
    variables: Mapping[str, Any] | None = None


class RecordError(Exception):
    """A record is no operation; the message names its place."""


def read_documents(texts: Mapping[str, str]) -> list[RecordedOperation]:
    """Every operation of documents by the name of their file. Raises RecordError."""
    return [
        _recorded(document, definition, text)
        for place, text in texts.items()
        for document in [_parse(text, place)]
        for definition in _operations(document)
    ]


def read_records(lines: Iterable[str], source: str) -> Iterator[RecordedOperation]:
    """Of GraphQL requests as JSON, one a line: ``query``, ``operationName``, ``variables``. Raises RecordError.

    ``source`` is where they come from, for messages. A document that comes again is parsed once, so that its
    operations can be known by their identity.
    """
    parsed: dict[str, DocumentNode] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{source}:{number}"
        text, operation_name, variables = _read_request(line, place)
        if text not in parsed:
            parsed[text] = _parse(text, place)
        definition = _choose(parsed[text], operation_name, place)
        yield _recorded(parsed[text], definition, text, variables)


def _read_request(line: str, place: str) -> tuple[str, str | None, Mapping[str, Any] | None]:
    try:
        request = json.loads(line)
    except ValueError as error:
        raise RecordError(f"{place}: no JSON: {error}") from error
    if not isinstance(request, dict) or not isinstance(request.get("query"), str):
        raise RecordError(f'{place}: needs "query", a text')
    variables = request.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise RecordError(f'{place}: "variables" must be an object')
    return request["query"], request.get("operationName"), variables


def _parse(text: str, place: str) -> DocumentNode:
    try:
        return parse(text, no_location=True)
    except GraphQLError as error:
        raise RecordError(f"{place}: {error.message}") from error


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _choose(document: DocumentNode, name: str | None, place: str) -> OperationDefinitionNode:
    operations = _operations(document)
    for operation in operations:
        if (name is None and len(operations) == 1) or (operation.name and operation.name.value == name):
            return operation
    raise RecordError(f"{place}: the document has no operation {name!r}")


def _recorded(
    document: DocumentNode,
    definition: OperationDefinitionNode,
    text: str,
    variables: Mapping[str, Any] | None = None,
) -> RecordedOperation:
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    name = definition.name.value if definition.name else f"{definition.operation.value} {digest}"
    return RecordedOperation(name, document, definition, variables)
