"""A GraphQL response out of the bytes that a subgraph sent, in the form that the specification gives it."""

from __future__ import annotations

from typing import Any

import orjson


class NoResponseError(Exception):
    """The bytes are no GraphQL response; the message says what they are, and nothing that they contain."""


def read_response(content: bytes) -> dict[str, Any]:
    """``data`` is as it came; ``errors``, if any, have a text each, and a path of names and indexes if they have one.

    Raises NoResponseError.
    """
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NoResponseError("without JSON") from error
    if not isinstance(answer, dict) or not ("data" in answer or answer.get("errors")):
        raise NoResponseError("without a GraphQL response")
    response: dict[str, Any] = {"data": answer.get("data")}
    if answer.get("errors"):
        response["errors"] = _read_errors(answer["errors"])
    if isinstance(answer.get("extensions"), dict):
        response["extensions"] = answer["extensions"]
    return response


def _read_errors(errors: Any) -> list[dict[str, Any]]:
    """Whatever stands where a list should tells that something went wrong, too."""
    return [_read_error(error) for error in errors] if isinstance(errors, list) else [_read_error(errors)]


def _read_error(error: Any) -> dict[str, Any]:
    given = error if isinstance(error, dict) else {"message": error}
    message = given.get("message")
    read: dict[str, Any] = {
        "message": message if isinstance(message, str) and message else "The subgraph reported an error."
    }
    path, extensions = given.get("path"), given.get("extensions")
    if isinstance(path, list) and all(type(step) in {str, int} for step in path):
        read["path"] = path
    if isinstance(extensions, dict):
        read["extensions"] = extensions
    return read
