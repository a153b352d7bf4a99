"""Public keys that access tokens are verified with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import aiohttp
import orjson
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError

from kit.telemetry import get_logger

_REFRESH_AT_MOST_EVERY_S = 10.0
_POLL_S = 600.0
_TIMEOUT_S = 5.0
_log = get_logger("router.keys")


class KeySource(Protocol):
    """Where keys come from."""

    async def find(self, key_id: str) -> PyJWK | None:
        """The key with this ``kid``; the only one there is for a token that names none; or None."""

    def still_has(self, key: PyJWK) -> bool:
        """Whether what ``find`` gave is a key still; False, too, when that has to be asked again."""


class StaticKeys:
    """Keys known from the start: a JWK set (RFC 7517)."""

    def __init__(self, jwks: Mapping[str, Any]) -> None:
        self._keys = _by_id(jwks)

    async def find(self, key_id: str) -> PyJWK | None:
        """See KeySource."""
        return _find(self._keys, key_id)

    def still_has(self, key: PyJWK) -> bool:
        """See KeySource."""
        return self._keys.get(key.key_id or "") is key


class RemoteKeys:
    """Keys behind a URL (``https``, ``http``, ``file``).

    They are read again every ``poll_interval_s``, so that a key that the issuer withdrew is no key here either, and
    when a token names an unknown one, at most every 10 s; an outage keeps what is known.
    """

    def __init__(
        self, url: str, *, poll_interval_s: float = _POLL_S, headers: Mapping[str, str] | None = None
    ) -> None:
        self._url = url
        self._poll_interval_s = poll_interval_s
        self._headers = dict(headers or {})
        self._document: Any = None
        self._keys: dict[str, PyJWK] = {}
        self._asked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, key_id: str) -> PyJWK | None:
        """See KeySource."""
        is_being_read = self._lock.locked() and _find(self._keys, key_id) is None
        if is_being_read or self._is_due(key_id):
            async with self._lock:
                if self._is_due(key_id):
                    await self._refresh()
        return _find(self._keys, key_id)

    def still_has(self, key: PyJWK) -> bool:
        """See KeySource."""
        is_fresh = time.monotonic() - self._asked_at <= self._poll_interval_s
        return is_fresh and self._keys.get(key.key_id or "") is key

    def _is_due(self, key_id: str) -> bool:
        age_s = time.monotonic() - self._asked_at
        if _find(self._keys, key_id) is None:
            return age_s > _REFRESH_AT_MOST_EVERY_S
        return age_s > self._poll_interval_s

    async def _refresh(self) -> None:
        self._asked_at = time.monotonic()
        try:
            document = await self._read()
            if document != self._document:
                self._keys = _by_id(document)
                self._document = document
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, PyJWTError) as error:
            _log.warning("jwks_unavailable", url=self._url, reason=type(error).__name__)

    async def _read(self) -> Any:
        parts = urlsplit(self._url)
        if parts.scheme == "file":
            return orjson.loads(await asyncio.to_thread(Path(unquote(parts.path)).read_bytes))
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=self._headers) as session,
            session.get(self._url) as response,
        ):
            response.raise_for_status()
            return await response.json(content_type=None)


def _find(keys: Mapping[str, PyJWK], key_id: str) -> PyJWK | None:
    if not key_id and len(keys) == 1:
        return next(iter(keys.values()))
    return keys.get(key_id)


def _by_id(jwks: Mapping[str, Any]) -> dict[str, PyJWK]:
    if jwks.get("keys") == []:
        return {}  # an issuer that withdrew them all
    return {key.key_id or "": key for key in PyJWKSet.from_dict(dict(jwks)).keys}
