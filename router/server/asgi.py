"""Between ASGI and the messages of the pipeline."""

from __future__ import annotations

from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from router.pipeline.messages import HttpRequest, HttpResponse, RefusedError

Scope: TypeAlias = Any


class GoneError(Exception):
    """The client hung up before its request was complete."""


def read_head(scope: Scope) -> HttpRequest:
    """Without the body."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    query_string = scope["query_string"]
    return HttpRequest(
        method=scope["method"],
        headers=headers,
        query=dict(parse_qsl(query_string.decode("latin-1"))) if query_string else {},
        body=b"",
        client_ip=scope["client"][0] if scope.get("client") else None,
    )


async def read_body(receive: Any, limit: int) -> bytes:
    """Raises GoneError, and RefusedError: 413."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        body += message.get("body", b"")
        if len(body) > limit:
            raise too_large(limit)
        if not message.get("more_body"):
            return body


def too_large(limit: int) -> RefusedError:
    return RefusedError(
        413, "REQUEST_TOO_LARGE", f"A request has {limit} bytes at most.", {"connection": "close"}
    )


def raw_headers(response: HttpResponse) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]


async def send_response(send: Any, response: HttpResponse) -> None:
    """One that is no stream."""
    headers = raw_headers(response)
    if "content-length" not in response.headers:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
