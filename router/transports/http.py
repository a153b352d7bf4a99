"""A subgraph behind HTTP: one keep-alive pool per subgraph, JSON by orjson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from contracts.subgraph import SubgraphRequest, SubgraphUnavailableError
from router.transports.read_response import NoResponseError, read_response

_ACCEPT = "application/graphql-response+json, application/json;q=0.9"


@dataclass(frozen=True, slots=True)
class HttpFigures:
    """``timeout_s`` covers a whole exchange; ``max_response_bytes`` is read at most, after decompression.

    ``idle_s`` is less than what servers grant (uvicorn 5 s, Node.js 5 s), so that they never close a connection on
    which a request is under way.
    """

    timeout_s: float = 10.0
    connect_timeout_s: float = 2.0
    connections: int = 100
    idle_s: float = 4.0
    max_response_bytes: int = 32 * 1024 * 1024


class HttpTransport:
    """POSTs to one URL. Anything but a GraphQL response is an outage of that subgraph."""

    def __init__(self, name: str, url: str, figures: HttpFigures | None = None) -> None:
        self._name = name
        self._url = url
        self._figures = figures or HttpFigures()
        self._session: aiohttp.ClientSession | None = None

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        """See Transport. Whatever goes wrong on the wire costs the fields of this subgraph and no more."""
        body = orjson.dumps(_payload(request))
        headers = {**request.headers, "content-type": "application/json", "accept": _ACCEPT}
        try:
            async with self._open().post(
                self._url, data=body, headers=headers, allow_redirects=False
            ) as response:
                content = await self._read_body(response.content)
        except TimeoutError as error:
            raise SubgraphUnavailableError(self._name, "timed out") from error
        except Exception as error:
            raise SubgraphUnavailableError(self._name, type(error).__name__) from error
        return self._read(response.status, content)

    async def close(self) -> None:
        """Closes the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        """Made on first use, because a session belongs to the running loop."""
        if self._session is None:
            figures = self._figures
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=figures.connections, ttl_dns_cache=30, keepalive_timeout=figures.idle_s
                ),
                timeout=aiohttp.ClientTimeout(total=figures.timeout_s, connect=figures.connect_timeout_s),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
            )
        return self._session

    async def _read_body(self, stream: aiohttp.StreamReader) -> bytes:
        """One byte more than is allowed at most, so that the excess shows."""
        parts, rest = [], self._figures.max_response_bytes + 1
        while rest and (part := await stream.read(rest)):
            parts.append(part)
            rest -= len(part)
        return b"".join(parts)

    def _read(self, status: int, content: bytes) -> dict[str, Any]:
        if len(content) > self._figures.max_response_bytes:
            raise SubgraphUnavailableError(self._name, "the answer is too large")
        try:
            return read_response(content)
        except NoResponseError as error:
            raise SubgraphUnavailableError(self._name, f"HTTP {status} {error}") from error


def _payload(request: SubgraphRequest) -> dict[str, Any]:
    payload: dict[str, Any] = {"query": request.query}
    if request.variables:
        payload["variables"] = request.variables
    if request.operation_name:
        payload["operationName"] = request.operation_name
    if request.extensions:
        payload["extensions"] = request.extensions
    return payload
