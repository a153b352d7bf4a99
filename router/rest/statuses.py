"""Which HTTP status a stable code means."""

from __future__ import annotations

from collections.abc import Mapping

MASKED_CODE = "INTERNAL_SERVER_ERROR"
MASKED_DETAIL = "Something went wrong on our side."

NULL_CODES: Mapping[int, tuple[str, str]] = {
    401: ("UNAUTHENTICATED", "Sign in to do this."),
    403: ("FORBIDDEN", "This is not for you."),
    404: ("NOT_FOUND", "There is no such thing for you."),
    410: ("GONE", "It is gone."),
}
"""What a null at the result is called."""

_USER_ERRORS: Mapping[str, int] = {
    "UNAUTHENTICATED": 401,
    "INVALID_CREDENTIALS": 401,
    "INVALID_REFRESH_TOKEN": 401,
    "SESSION_REVOKED": 401,
    "FORBIDDEN": 403,
    "COMMENTS_DISABLED": 403,
    "NOT_COMMENT_OWNER": 403,
    "NOT_FOUND": 404,
    "UPLOAD_INCOMPLETE": 409,
    "UPLOAD_EXPIRED": 409,
    "UPLOAD_ABORTED": 409,
    "UPLOAD_COMPLETED": 409,
    "NOT_RETRYABLE": 409,
    "NO_ATTEMPTS_LEFT": 409,
    "RATE_LIMITED": 429,
}
_USER_ERROR_ENDINGS: Mapping[str, int] = {
    "_NOT_OWNER": 403,
    "_NOT_FOUND": 404,
    "_TAKEN": 409,
    "_CONFLICT": 409,
    "_ALREADY_EXISTS": 409,
    "_QUOTA_EXCEEDED": 429,
    "_RATE_LIMITED": 429,
}
_REQUEST_ERRORS: Mapping[str, int] = {
    "BAD_USER_INPUT": 400,
    "BAD_REQUEST": 400,
    "CSRF": 400,
    "GRAPHQL_PARSE_FAILED": 400,
    "GRAPHQL_VALIDATION_FAILED": 400,
    "OPERATION_RESOLUTION_FAILURE": 400,
    "OPERATION_TOO_COMPLEX": 400,
    "INVALID_GRAPHQL_REQUEST": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "UNAUTHORIZED_FIELD_OR_TYPE": 403,
    "QUERY_NOT_IN_SAFELIST": 403,
    "NOT_FOUND": 404,
    "REQUEST_TOO_LARGE": 413,
    "RATE_LIMITED": 429,
    "INTERNAL_SERVER_ERROR": 500,
    "DOWNSTREAM_SERVICE_ERROR": 502,
    "SUBGRAPH_MALFORMED_RESPONSE": 502,
    "OVERLOADED": 503,
    "SUBGRAPH_UNAVAILABLE": 503,
    "REQUEST_RATE_LIMITED": 503,
    "DEADLINE_EXCEEDED": 504,
}


def user_error_status(code: str) -> int:
    """Of what a payload tells the user to mend."""
    for ending, status in _USER_ERROR_ENDINGS.items():
        if code.endswith(ending):
            return status
    return _USER_ERRORS.get(code, 422)


def request_error_status(code: str) -> int:
    """Of an entry in ``errors``; 500 for what nobody knows."""
    if code.startswith("MAX_") and code.endswith("_LIMIT"):
        return 400
    return _REQUEST_ERRORS.get(code, 500)
