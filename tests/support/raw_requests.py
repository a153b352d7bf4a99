"""Requests as bytes, for what no client library would send."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any

JSON_TYPE = b"content-type: application/json\r\n"
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """``status`` is 0 when nothing came back."""

    status: int
    body: bytes

    @property
    def codes(self) -> list[str]:
        """Of the errors in it."""
        return [error["extensions"]["code"] for error in json.loads(self.body)["errors"]]


def post(body: str | bytes, headers: bytes = JSON_TYPE, host: bytes = b"host: localhost\r\n") -> bytes:
    content = body.encode() if isinstance(body, str) else body
    length = str(len(content)).encode()
    return (
        b"POST /graphql HTTP/1.1\r\n" + host + headers + b"content-length: " + length + b"\r\n\r\n" + content
    )


def ask(query: str, **more: Any) -> bytes:
    return post(json.dumps({"query": query, **more}))


async def exchange(port: int, request: bytes, *, timeout_s: float = 10) -> RawAnswer:
    """One request on a connection of its own. Raises TimeoutError when the server neither answers nor hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(timeout_s):
            return _read(await _until_complete(reader))
    except ConnectionError:
        return RawAnswer(0, b"")
    finally:
        writer.close()


async def _until_complete(reader: asyncio.StreamReader) -> bytes:
    received = b""
    while part := await reader.read(65536):
        received += part
        head, separator, body = received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if separator and length is not None and len(body) >= int(length[1]):
            break
    return received


def _read(received: bytes) -> RawAnswer:
    head, _, body = received.partition(b"\r\n\r\n")
    parts = head.split(b" ", 2)
    return RawAnswer(int(parts[1]) if len(parts) > 1 else 0, body)
