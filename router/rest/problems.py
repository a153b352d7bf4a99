"""Errors as RFC 9457 writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson

from router.rest.messages import ErrorDetail, RestResponse

PROBLEM_JSON = "application/problem+json"


class ProblemError(Exception):
    """A request that a problem document answers."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[ErrorDetail] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def response(self, *, is_head: bool = False) -> RestResponse:
        """Never to be stored by a cache."""
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": str(self),
            "code": self.code,
        }
        if self.errors:
            problem["errors"] = [error.shown for error in self.errors]
        body = orjson.dumps(problem)
        headers = {
            "content-type": PROBLEM_JSON,
            "cache-control": "no-store",
            "content-length": str(len(body)),
            **self.headers,
        }
        if self.status == 401:
            headers.setdefault("www-authenticate", "Bearer")
        return RestResponse(self.status, headers, b"" if is_head else body)
