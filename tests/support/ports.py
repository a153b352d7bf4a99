"""Serving an ASGI application on a free port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from devstack.ports import find_free_port
from kit.service import serve_asgi


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The base URL of the application, until the block ends."""
    port, stop = find_free_port(), asyncio.Event()
    task = asyncio.create_task(serve_asgi(app, host="127.0.0.1", port=port, stop=stop))
    try:
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.01)
                else:
                    writer.close()
                    break
        yield f"http://127.0.0.1:{port}"
    finally:
        stop.set()
        await task
