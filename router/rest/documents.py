"""The operation of an entry, with the shared fragments that it uses, held to the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    Source,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from router.core.supergraph import Supergraph
from router.rest.errors import FileProblem, Place, RestFileError

Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Document:
    """``text`` is complete: the operation and every fragment that it needs."""

    text: str
    definition: OperationDefinitionNode
    fragments: Fragments

    @property
    def name(self) -> str:
        assert self.definition.name is not None, "checked when it was read"
        return self.definition.name.value


def read_fragments(source: Source | None) -> dict[str, FragmentDefinitionNode]:
    """By name. Raises RestFileError."""
    fragments: dict[str, FragmentDefinitionNode] = {}
    for node in _parse(source).definitions if source else ():
        if not isinstance(node, FragmentDefinitionNode):
            raise RestFileError([FileProblem(_place_of(node), "only fragments stand here")])
        if node.name.value in fragments:
            raise RestFileError(
                [FileProblem(_place_of(node), f"fragment {node.name.value} is defined twice")]
            )
        fragments[node.name.value] = node
    return fragments


def read_document(source: Source, shared: Fragments, supergraph: Supergraph) -> Document:
    """Raises RestFileError."""
    parsed = _parse(source)
    definition = _operation(parsed, source)
    own = {node.name.value: node for node in parsed.definitions if isinstance(node, FragmentDefinitionNode)}
    used = _used_fragments(parsed, {**shared, **own})
    missing = [node for name, node in used.items() if name not in own]
    complete = DocumentNode(definitions=(*parsed.definitions, *missing))
    problems = validate(supergraph.api_schema, complete)
    if problems:
        raise RestFileError([_problem(error, source) for error in problems])
    return Document(print_ast(complete), definition, {**own, **used})


def _parse(source: Source) -> DocumentNode:
    try:
        return parse(source)
    except GraphQLError as error:
        raise RestFileError([_problem(error, source)]) from error


def _operation(document: DocumentNode, source: Source) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1:
        raise RestFileError([FileProblem(_start(source), "a document has one operation")])
    [operation] = operations
    if operation.name is None:
        raise RestFileError([FileProblem(_place_of(operation), "the operation has no name")])
    return operation


def _used_fragments(document: DocumentNode, known: Fragments) -> dict[str, FragmentDefinitionNode]:
    used: dict[str, FragmentDefinitionNode] = {}
    pending: list[Node] = [document]
    while pending:
        for name in _spreads(pending.pop()):
            if name in known and name not in used:
                used[name] = known[name]
                pending.append(known[name])
    return used


def _spreads(node: Node) -> Iterator[str]:
    found: list[str] = []

    class _Collect(Visitor):
        def enter_fragment_spread(self, spread: FragmentSpreadNode, *_: object) -> None:
            found.append(spread.name.value)

    visit(node, _Collect())
    yield from found


def _problem(error: GraphQLError, source: Source) -> FileProblem:
    at = error.source or source
    line = error.locations[0].line if error.locations else 1
    return FileProblem(Place(at.name, at.location_offset.line + line - 1), error.message)


def _place_of(node: Node) -> Place:
    assert node.loc is not None, "documents are parsed with locations"
    source = node.loc.source
    return Place(source.name, source.location_offset.line + node.loc.start_token.line - 1)


def _start(source: Source) -> Place:
    return Place(source.name, source.location_offset.line)
