"""A subgraph must be valid GraphQL before anything else is said about it."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    GraphQLError,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    build_ast_schema,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

from router.core.composition.complete_document import complete_document
from router.core.composition.problems import Report
from router.core.composition.read_links import Links

NOT_YET_A_RULE = "must not be deprecated."
"""Of an implementation's field, where the interface's is not: newer than the GraphQL of most subgraphs."""
_NOT_OUR_BUSINESS = ("Query root type must be provided.", "Union type _Entity must define")
"""A subgraph may add to other subgraphs' types alone, and may have no entity."""


def validate_graphql(name: str, document: DocumentNode, links: Links, report: Report) -> bool:
    """Reports INVALID_GRAPHQL for each error; whether the document can be read all the same."""
    messages = list(dict.fromkeys(_messages(complete_document(document, links))))
    for message, _ in messages:
        report.problem("INVALID_GRAPHQL", f"[{name}] {message}", [name])
    taken = [*_taken_roots(document)]
    for code, message in taken:
        report.problem(code, f"[{name}] {message}", [name])
    return not any(is_fatal for _, is_fatal in messages) and not taken


def _taken_roots(document: DocumentNode) -> Iterator[tuple[str, str]]:
    """In the supergraph a root type has its default name, which no other type may have then."""
    named = {node.name.value for node in document.definitions if isinstance(node, TypeDefinitionNode)}
    for node in document.definitions:
        if not isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            continue
        for root in node.operation_types or ():
            operation, name = root.operation.value, root.type.name.value
            default = operation.capitalize()
            if name != default and default in named:
                message = (
                    f'The schema has a type named "{default}" but it is not set as the {operation} root type '
                    f'("{name}" is instead): this is not supported by federation. If a root type does not use its '
                    "default name, there should be no other type with that default name."
                )
                yield f"ROOT_{operation.upper()}_USED", message


def _messages(document: DocumentNode) -> Iterator[tuple[str, bool]]:
    """Each with whether there is no point in reading on."""
    errors: list[GraphQLError] = validate_sdl(document)
    is_fatal = True
    if not errors:
        schema = build_ast_schema(document, assume_valid=False, assume_valid_sdl=True)
        errors = validate_schema(schema)
        is_fatal = False
    for error in errors:
        if not error.message.startswith(_NOT_OUR_BUSINESS) and not error.message.endswith(NOT_YET_A_RULE):
            yield error.message, is_fatal
