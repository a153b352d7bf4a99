"""The head of a request, before anything else looks at it."""

from __future__ import annotations

import re

from router.pipeline.messages import HttpRequest, RefusedError

_HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def check_method(request: HttpRequest) -> None:
    """Raises RefusedError: 405."""
    if request.method not in {"GET", "POST"}:
        raise RefusedError(405, "METHOD_NOT_ALLOWED", "Use POST, or GET for queries.", {"allow": "GET, POST"})


def check_request(request: HttpRequest) -> None:
    """Raises RefusedError: 400 for no host, or none that could be one (RFC 9112 section 3.2)."""
    if not _HOST.fullmatch(request.headers.get("host", "")):
        raise RefusedError(400, "BAD_REQUEST", "Send one valid `Host`.")
