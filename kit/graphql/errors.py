"""From exceptions to GraphQL errors: client errors verbatim, everything else masked and logged."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError
from strawberry.exceptions import StrawberryGraphQLError

from contracts.ids import InvalidIdError
from kit.errors import BadUserInputError, ClientError, RequestError
from kit.telemetry import get_logger

_MASKED = "Something went wrong on our side."
_log = get_logger("graphql")


def format_error(error: GraphQLError, *, subgraph: str) -> dict[str, Any]:
    """The error as a response carries it: message, locations, path and ``extensions.code``."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, InvalidIdError):
        cause = BadUserInputError(str(cause))
    if isinstance(cause, ClientError):
        return _shaped(error, cause.message, _extensions(cause))
    if (cause is None or isinstance(cause, GraphQLError)) and (error.path is None or _is_of_caller(cause)):
        return _shaped(error, error.message, {"code": "BAD_USER_INPUT", **(error.extensions or {})})
    _log.error("resolver_failed", subgraph=subgraph, path=error.path, exc_info=cause)
    return _shaped(error, _MASKED, {"code": "INTERNAL_SERVER_ERROR"})


def format_exception(error: Exception, *, subgraph: str) -> dict[str, Any]:
    """An exception from outside any field, shaped the same way."""
    return format_error(GraphQLError(str(error), original_error=error), subgraph=subgraph)


def _is_of_caller(cause: GraphQLError | None) -> bool:
    """Of errors in a field: whether an argument or a permission is to blame. The others are about values that we gave,
    and may quote them.
    """
    if cause is None:
        return False
    return isinstance(cause, StrawberryGraphQLError) or (
        bool(cause.nodes) and cause.message.startswith("Argument ")
    )


def _extensions(error: ClientError) -> dict[str, Any]:
    details = error.details if isinstance(error, RequestError) else {}
    return {"code": error.code, **details}


def _shaped(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    shaped: dict[str, Any] = {"message": message, "extensions": extensions}
    if error.locations:
        shaped["locations"] = [location.formatted for location in error.locations]
    if error.path:
        shaped["path"] = error.path
    return shaped
