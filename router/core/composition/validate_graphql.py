"""A subgraph must be valid GraphQL before anything else is said about it."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import DocumentNode, GraphQLError, build_ast_schema, validate_schema
from graphql.validation.validate import validate_sdl

from router.core.composition.complete_document import complete_document
from router.core.composition.problems import Report
from router.core.composition.read_links import Links

_NOT_OUR_BUSINESS = ("Query root type must be provided.", "Union type _Entity must define")
"""A subgraph may add to other subgraphs' types alone, and may have no entity."""


def validate_graphql(name: str, document: DocumentNode, links: Links, report: Report) -> bool:
    """Reports INVALID_GRAPHQL for each error; whether there was none."""
    messages = list(_messages(complete_document(document, links)))
    for message in messages:
        report.problem("INVALID_GRAPHQL", f"[{name}] {message}", [name])
    return not messages


def _messages(document: DocumentNode) -> Iterator[str]:
    errors: list[GraphQLError] = validate_sdl(document)
    if not errors:
        schema = build_ast_schema(document, assume_valid=False, assume_valid_sdl=True)
        errors = validate_schema(schema)
    return (error.message for error in errors if not error.message.startswith(_NOT_OUR_BUSINESS))
