"""The transport that the router had before its own client: aiohttp with a pool per subgraph."""

from __future__ import annotations

from typing import Any

import aiohttp
import orjson

from contracts.subgraph import SubgraphRequest
from router.transports import HttpFigures
from router.transports.read_response import read_response


class AiohttpTransport:
    """To an ``http`` URL, or through ``unix_path``."""

    def __init__(self, url: str, unix_path: str | None) -> None:
        self._url = url
        figures = HttpFigures()
        limits: dict[str, Any] = {"limit": figures.connections, "keepalive_timeout": figures.idle_s}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.UnixConnector(unix_path, **limits)
            if unix_path
            else aiohttp.TCPConnector(ttl_dns_cache=30, **limits),
            timeout=aiohttp.ClientTimeout(total=figures.timeout_s, connect=figures.connect_timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self._max_bytes = figures.max_response_bytes

    async def execute(self, request: SubgraphRequest) -> dict[str, Any]:
        """See Transport."""
        body = orjson.dumps({"query": request.query, "variables": request.variables})
        headers = {
            **request.headers,
            "content-type": "application/json",
            "accept": "application/graphql-response+json, application/json;q=0.9",
        }
        async with self._session.post(
            self._url, data=body, headers=headers, allow_redirects=False
        ) as response:
            return read_response(await self._read(response.content))

    async def _read(self, stream: aiohttp.StreamReader) -> bytes:
        parts, rest = [], self._max_bytes + 1
        while rest and (part := await stream.read(rest)):
            parts.append(part)
            rest -= len(part)
        return b"".join(parts)

    async def close(self) -> None:
        """See Transport."""
        await self._session.close()
