"""A TCP proxy that counts what passes towards its target, and cuts connections off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Proxy:
    """``cuts``: how many more connections break off once a megabyte has passed."""

    def __init__(self, target: str, *, cuts: int = 0) -> None:
        parts = urlsplit(target)
        assert parts.hostname is not None
        assert parts.port is not None
        self._target = (parts.hostname, parts.port)
        self.cuts = cuts
        self.sent_bytes = 0
        self.url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Proxy]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, to_upstream = await asyncio.open_connection(*self._target)
        ways = [
            asyncio.create_task(self._pass(reader, to_upstream, is_counted=True)),
            asyncio.create_task(self._pass(upstream, writer, is_counted=False)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for each in (writer, to_upstream):
            each.transport.abort()

    async def _pass(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_counted: bool
    ) -> None:
        passed = 0
        while chunk := await source.read(256 * 1024):
            target.write(chunk)
            await target.drain()
            if is_counted:
                passed += len(chunk)
                self.sent_bytes += len(chunk)
                if passed > 1024 * 1024 and self.cuts > 0:
                    self.cuts -= 1
                    return
