"""From GraphQL responses to HTTP."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson

from router.rest.messages import Asked, Call, ErrorDetail, RestResponse
from router.rest.negotiate import JSON
from router.rest.page import flatten_page, flatten_path, next_link
from router.rest.problems import ProblemError
from router.rest.read_variables import place_in_request
from router.rest.route import LOCATION_PARAMETER, USER_ERRORS, Route
from router.rest.statuses import (
    MASKED_CODE,
    MASKED_DETAIL,
    NULL_CODES,
    request_error_status,
    user_error_status,
)

_WAIT_KEYS = ("retryAfterSeconds", "retryAfter")
_UNTOLD_DETAILS = {503: "This is unavailable for the moment.", 504: "The answer did not come in time."}


def respond(call: Call, response: Mapping[str, Any]) -> RestResponse:
    """Never raises for what a graph may answer."""
    try:
        return _respond(call, response)
    except ProblemError as problem:
        return problem.response(is_head=call.asked.is_head)


def _respond(call: Call, response: Mapping[str, Any]) -> RestResponse:
    """Raises ProblemError."""
    data, errors = response.get("data"), response.get("errors") or ()
    _refuse_user_errors(call, data)
    value = _at(data, call.route.result)
    if value is None:
        found = [error for error in errors if data is None or _is_on_way(error, call.route.result)]
        if found or data is None:
            raise _problem_of(found)
        return _respond_null(call)
    if errors and call.route.status == 204:
        raise _problem_of(errors)
    return _respond_value(call, value, errors)


def _refuse_user_errors(call: Call, data: Mapping[str, Any] | None) -> None:
    """Raises ProblemError: 4xx by the first error's code."""
    for key in call.route.payloads:
        payload = (data or {}).get(key) or {}
        errors = [_user_error(call, key, error) for error in payload.get(USER_ERRORS) or ()]
        if errors:
            first = errors[0]
            raise ProblemError(user_error_status(first.code), first.code, first.detail, errors=errors)


def _user_error(call: Call, key: str, error: Mapping[str, Any]) -> ErrorDetail:
    field = error.get("field") or ()
    variable = call.route.input_variables.get(key)
    place = place_in_request(call.route.bindings, (variable, *field)) if field and variable else {}
    return ErrorDetail(str(error["code"]), str(error["message"]), place)


def _at(data: Any, path: Sequence[str]) -> Any:
    for key in path:
        data = data.get(key) if data is not None else None
    return data


def _is_on_way(error: Mapping[str, Any], result: Sequence[str]) -> bool:
    """Whether it may be why there is no result."""
    path = error.get("path") or ()
    return all(mine == theirs for mine, theirs in zip(path, result, strict=False))


def _problem_of(errors: Sequence[Mapping[str, Any]]) -> ProblemError:
    details = [_detail(error) for error in errors] or [ErrorDetail(MASKED_CODE, MASKED_DETAIL)]
    first = details[0]
    headers = {}
    extensions = (errors[0].get("extensions") or {}) if errors else {}
    for key in _WAIT_KEYS:
        if key in extensions:
            headers["retry-after"] = str(extensions[key])
    return ProblemError(
        request_error_status(first.code),
        first.code,
        first.detail,
        errors=details if len(details) > 1 else (),
        headers=headers,
    )


def _detail(error: Mapping[str, Any], place: Mapping[str, Any] | None = None) -> ErrorDetail:
    """What we caused is told by its code alone."""
    code = str((error.get("extensions") or {}).get("code") or MASKED_CODE)
    status = request_error_status(code)
    if status < 500:
        return ErrorDetail(code, str(error.get("message", "")), place or {})
    shown = MASKED_CODE if status == 500 else code
    return ErrorDetail(shown, _UNTOLD_DETAILS.get(status, MASKED_DETAIL), place or {})


def _respond_null(call: Call) -> RestResponse:
    """Raises ProblemError."""
    status = call.route.on_null
    if status in NULL_CODES:
        raise ProblemError(status, *NULL_CODES[status])
    if status == 204:
        return RestResponse(204, {"cache-control": "no-store"}, b"")
    return _json(call, status, b"null", {})


def _respond_value(call: Call, value: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]) -> RestResponse:
    route, headers = call.route, dict[str, str]()
    if route.location is not None:
        headers["location"] = _location(route.location, value)
    if route.status == 204:
        return RestResponse(204, {"cache-control": "no-store", **headers}, b"")
    body = flatten_page(value) if route.is_page else dict(value)
    body.pop(USER_ERRORS, None)
    if route.is_page and (link := next_link(value, call.asked)) is not None:
        headers["link"] = link
    if errors:
        body["errors"] = [each.shown for each in _partial(route, errors)]
    return _json(call, route.status, orjson.dumps(body), headers, is_whole=not errors)


def _partial(route: Route, errors: Sequence[Mapping[str, Any]]) -> Iterator[ErrorDetail]:
    """Errors beside what could be read; ``path`` leads from the body to the gap."""
    depth = len(route.result)
    for error in errors:
        path = list(error.get("path") or ())
        if tuple(path[:depth]) != route.result or len(path) <= depth:
            yield _detail(error)
            continue
        inner = path[depth:]
        yield _detail(error, {"path": flatten_path(inner) if route.is_page else inner})


def _location(template: str, value: Mapping[str, Any]) -> str:
    return LOCATION_PARAMETER.sub(
        lambda found: quote(str(_at(value, found[1].split("."))), safe=""), template
    )


def _json(
    call: Call, status: int, body: bytes, headers: dict[str, str], *, is_whole: bool = True
) -> RestResponse:
    asked = call.asked
    headers |= {"content-type": JSON, "content-length": str(len(body)), "vary": "authorization"}
    headers["cache-control"] = "no-store"
    if asked.is_anonymous and is_whole and call.route.method == "GET":
        # Weak, so that a compressed body is the same.
        headers["etag"] = f'W/"{base64.urlsafe_b64encode(hashlib.sha256(body).digest()[:15]).decode()}"'
        headers["cache-control"] = "public, no-cache"
        if _is_known(asked, headers["etag"]):
            del headers["content-length"], headers["content-type"]
            return RestResponse(304, headers, b"")
    return RestResponse(status, headers, b"" if asked.is_head else body)


def _is_known(asked: Asked, etag: str) -> bool:
    """By weak comparison (RFC 9110 section 13.1.2)."""
    tags = (asked.if_none_match or "").split(",")
    return any(tag.strip() == "*" or tag.strip().removeprefix("W/") == etag[2:] for tag in tags)
