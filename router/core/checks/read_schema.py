"""The schema that clients see, out of a supergraph SDL or a plain one."""

from __future__ import annotations

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    build_ast_schema,
    parse,
)

from router.core.supergraph import DEFER, SupergraphError, load_supergraph


class SchemaError(Exception):
    """The text is no schema; the message says why."""


def read_schema(sdl: str) -> GraphQLSchema:
    """Without joins and what is ``@inaccessible`` when it is a supergraph. Raises SchemaError."""
    try:
        document = parse(sdl, no_location=True)
        if _is_supergraph(document):
            return load_supergraph(sdl).api_schema
        return build_ast_schema(_with_defer(document))
    except (GraphQLError, TypeError, SupergraphError) as error:
        raise SchemaError(str(error)) from error


def _is_supergraph(document: DocumentNode) -> bool:
    return any(
        isinstance(node, EnumTypeDefinitionNode) and node.name.value == "join__Graph"
        for node in document.definitions
    )


def _with_defer(document: DocumentNode) -> DocumentNode:
    """As a supergraph is read: the router serves ``@defer`` whether or not the schema speaks of it."""
    directives = {
        node.name.value for node in document.definitions if isinstance(node, DirectiveDefinitionNode)
    }
    if "defer" in directives:
        return document
    return DocumentNode(definitions=(*document.definitions, *DEFER.definitions))
