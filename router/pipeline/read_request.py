"""From HTTP to GraphQL requests, as the GraphQL over HTTP specification says."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import orjson

from router.configuration.model import Batching
from router.pipeline.messages import GraphQLRequest, HttpRequest, RefusedError

_JSON_TYPES = frozenset({"application/json", "application/graphql+json"})


def read_request(
    request: HttpRequest, batching: Batching, max_bytes: int
) -> GraphQLRequest | list[GraphQLRequest]:
    """A list for a batch. Raises RefusedError: 400 malformed, 413 size, 415 content type."""
    if request.method == "GET":
        return from_parameters(_query_parameters(request.query), may_write=False)
    content_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if content_type.strip().lower() not in _JSON_TYPES:
        raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the content type application/json.")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if charset not in {"", "utf-8", "utf8"}:
        raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "Send UTF-8.")
    body = _decoded(request.body, request.headers.get("content-encoding", "identity"), max_bytes)
    value = _json(body, "The body")
    if isinstance(value, list):
        return _batch(value, batching)
    return from_parameters(_object(value, "The body"), may_write=True)


def _batch(values: list[Any], batching: Batching) -> list[GraphQLRequest]:
    if not batching.enabled:
        raise RefusedError(400, "BATCHING_NOT_ENABLED", "Send one operation a request: batching is off here.")
    if not values:
        raise RefusedError(400, "INVALID_GRAPHQL_REQUEST", "The batch is empty.")
    if len(values) > batching.maximum_size:
        raise RefusedError(
            422, "BATCH_LIMIT_EXCEEDED", f"A batch has {batching.maximum_size} operations at most."
        )
    return [from_parameters(_object(value, "Each of a batch"), may_write=True) for value in values]


def _decoded(body: bytes, encoding: str, max_bytes: int) -> bytes:
    """What a bomb would unfold to is not unfolded."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "deflate"}:
        raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as it is, or by gzip or deflate.")
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        plain = unpack.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise RefusedError(400, "BAD_REQUEST", f"The body is no valid {encoding}.") from error
    if len(plain) > max_bytes:
        raise RefusedError(413, "REQUEST_TOO_LARGE", f"A request has {max_bytes} bytes at most.")
    if not unpack.eof:
        raise RefusedError(400, "BAD_REQUEST", f"The body is no complete {encoding}.")
    return plain


def _query_parameters(query: Mapping[str, str]) -> dict[str, Any]:
    parameters: dict[str, Any] = dict(query)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = _json(parameters[name].encode("utf-8", "surrogateescape"), f"`{name}`")
    return parameters


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, "BAD_REQUEST", f"{what} is no valid JSON: {error}") from error


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RefusedError(400, "BAD_REQUEST", f"{what} must be a JSON object.")
    return value


def from_parameters(parameters: Mapping[str, Any], *, may_write: bool) -> GraphQLRequest:
    """A wrong type is a wrong request, whatever else it has. Raises RefusedError."""
    query = _typed(parameters, "query", str, "a string")
    request = GraphQLRequest(
        query=query,
        operation_name=_typed(parameters, "operationName", str, "a string") or None,
        variables=_typed(parameters, "variables", dict, "an object") or {},
        extensions=_typed(parameters, "extensions", dict, "an object") or {},
        document_id=_document_id(parameters),
        may_write=may_write,
    )
    is_named = request.document_id is not None or "persistedQuery" in request.extensions
    if not is_named and not (query and query.strip()):
        raise RefusedError(400, "BAD_REQUEST", "Give the document in `query`, a string.")
    return request


def _document_id(parameters: Mapping[str, Any]) -> str | None:
    """Relay's clients call it ``doc_id`` or ``id``, the specification's draft ``documentId``."""
    for name in ("documentId", "doc_id", "id"):
        value = _typed(parameters, name, str, "a string")
        if value:
            return str(value)
    return None


def _typed(parameters: Mapping[str, Any], name: str, type_: type, description: str) -> Any:
    value = parameters.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, type_):
        raise RefusedError(400, "BAD_REQUEST", f"`{name}` must be {description}.")
    return value
