"""From HTTP to a GraphQL request, as the GraphQL over HTTP specification says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from router.pipeline.messages import GraphQLRequest, HttpRequest, RefusedError


def read_request(request: HttpRequest) -> GraphQLRequest:
    """Raises RefusedError: 400 malformed, 405 method, 415 content type."""
    if request.method == "GET":
        return _from_parameters(_query_parameters(request.query), may_write=False)
    if request.method != "POST":
        raise RefusedError(405, "METHOD_NOT_ALLOWED", "Use POST, or GET for queries.", {"allow": "GET, POST"})
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        # Browsers send other types across origins without asking first; refusing them shuts CSRF out.
        raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the content type application/json.")
    return _from_parameters(_json_object(request.body, "the body"), may_write=True)


def _query_parameters(query: Mapping[str, str]) -> dict[str, Any]:
    parameters: dict[str, Any] = dict(query)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = _json_object(parameters[name].encode(), name)
    return parameters


def _json_object(text: bytes, what: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, "BAD_REQUEST", f"{what} is no valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise RefusedError(400, "BAD_REQUEST", f"{what} must be a JSON object.")
    return value


def _from_parameters(parameters: Mapping[str, Any], *, may_write: bool) -> GraphQLRequest:
    query = parameters.get("query")
    if not isinstance(query, str) or not query.strip():
        raise RefusedError(400, "BAD_REQUEST", "Give the document in `query`, a string.")
    operation_name = parameters.get("operationName") or None
    if operation_name is not None and not isinstance(operation_name, str):
        raise RefusedError(400, "BAD_REQUEST", "`operationName` must be a string.")
    return GraphQLRequest(
        query=query,
        operation_name=operation_name,
        variables=_object(parameters, "variables"),
        extensions=_object(parameters, "extensions"),
        may_write=may_write,
    )


def _object(parameters: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = parameters.get(name) or {}
    if not isinstance(value, dict):
        raise RefusedError(400, "BAD_REQUEST", f"`{name}` must be an object.")
    return value
