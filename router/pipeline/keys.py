"""Public keys that access tokens are verified with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Protocol

import aiohttp
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError

from kit.telemetry import get_logger

_REFRESH_AT_MOST_EVERY_S = 10.0
_TIMEOUT_S = 5.0
_log = get_logger("router.keys")


class KeySource(Protocol):
    """Where keys come from."""

    async def find(self, key_id: str) -> PyJWK | None:
        """The key with this ``kid``, or None when the issuer has no such key."""


class StaticKeys:
    """Keys known from the start: a JWK set (RFC 7517)."""

    def __init__(self, jwks: Mapping[str, Any]) -> None:
        self._keys = _by_id(jwks)

    async def find(self, key_id: str) -> PyJWK | None:
        """See KeySource."""
        return self._keys.get(key_id)


class RemoteKeys:
    """Keys behind a URL. An unknown key id makes it look again, at most every 10 s; an outage keeps what is known."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, PyJWK] = {}
        self._asked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, key_id: str) -> PyJWK | None:
        """See KeySource."""
        if key_id not in self._keys:
            async with self._lock:
                if key_id not in self._keys and time.monotonic() - self._asked_at > _REFRESH_AT_MOST_EVERY_S:
                    await self._refresh()
        return self._keys.get(key_id)

    async def _refresh(self) -> None:
        self._asked_at = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(self._url) as response:
                response.raise_for_status()
                self._keys = _by_id(await response.json(content_type=None))
        except (aiohttp.ClientError, TimeoutError, ValueError, PyJWTError) as error:
            _log.warning("jwks_unavailable", url=self._url, reason=type(error).__name__)


def _by_id(jwks: Mapping[str, Any]) -> dict[str, PyJWK]:
    return {key.key_id: key for key in PyJWKSet.from_dict(dict(jwks)).keys if key.key_id}
