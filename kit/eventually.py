"""Waiting for another domain's fact that is on its way.

A client that was told of something by one domain may act on it in another before the fact arrived there,
usually a few milliseconds later. Rather than refuse it, the edge waits a little before its transaction opens:
no connection is held, few wait at once, and what is not there after ``within_s`` is not there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

_FIRST_PAUSE_S = 0.01
_MAX_WAITING = 64
_waiting = 0


async def eventually(check: Callable[[], Awaitable[bool]], *, within_s: float = 0.75) -> bool:
    """Whether ``check`` became true in time, asked at growing intervals; asked once when too many wait."""
    global _waiting  # noqa: PLW0603 - one bound for the whole process
    if await check():
        return True
    if _waiting >= _MAX_WAITING:
        return False
    _waiting += 1
    try:
        return await _poll(check, within_s)
    finally:
        _waiting -= 1


async def _poll(check: Callable[[], Awaitable[bool]], within_s: float) -> bool:
    pause = _FIRST_PAUSE_S
    deadline = asyncio.get_running_loop().time() + within_s
    while asyncio.get_running_loop().time() + pause < deadline:
        await asyncio.sleep(pause)
        if await check():
            return True
        pause *= 1.6
    return False
