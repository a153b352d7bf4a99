"""What the port of the sockets answers to plain HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from websockets.datastructures import Headers
from websockets.http11 import Response

from kit.service import Check, check_all
from kit.telemetry.metrics import CONTENT_TYPE, render_metrics


async def answer_http(path: str, checks: Mapping[str, Check]) -> Response:
    """``/health/live``, ``/health/ready`` (503 names what is missing) and ``/metrics``."""
    if path == "/health/live":
        return json_response(HTTPStatus.OK, {"status": "live"})
    if path == "/metrics":
        return _response(HTTPStatus.OK, render_metrics(), CONTENT_TYPE)
    if path != "/health/ready":
        return json_response(HTTPStatus.NOT_FOUND, {"status": "not found"})
    failing = await check_all(checks)
    if failing:
        return json_response(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "not ready", "failing": failing})
    return json_response(HTTPStatus.OK, {"status": "ready"})


def json_response(status: HTTPStatus, content: Mapping[str, Any]) -> Response:
    return _response(status, orjson.dumps(content), "application/json")


def _response(status: HTTPStatus, body: bytes, content_type: str) -> Response:
    headers = Headers(
        [("Content-Type", content_type), ("Content-Length", str(len(body))), ("Connection", "close")]
    )
    return Response(status.value, status.phrase, headers, body)
