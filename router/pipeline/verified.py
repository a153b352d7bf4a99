"""Access tokens that were verified once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from jwt import PyJWK

from router.pipeline.keys import KeySource
from router.pipeline.messages import InvalidTokenError

_KEPT = 10_000
Value = TypeVar("Value")


class _Known(NamedTuple, Generic[Value]):
    value: Value
    expires_at: float
    keys: KeySource
    key: PyJWK


class VerifiedTokens(Generic[Value]):
    """What they stand for, until they expire or their key is no key any more. Belongs to one event loop."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: OrderedDict[str, _Known[Value]] = OrderedDict()

    def find(self, token: str) -> Value | None:
        """None for one that has to be verified, again or for the first time. Raises InvalidTokenError: expired."""
        known = self._known.get(token)
        if known is None:
            return None
        if known.expires_at > self._now() and known.keys.still_has(known.key):
            return known.value
        del self._known[token]
        if known.expires_at <= self._now():
            raise InvalidTokenError("The access token has expired.")
        return None

    def keep(self, token: str, value: Value, *, expires_at: float, keys: KeySource, key: PyJWK) -> None:
        """``expires_at`` is in epoch seconds."""
        self._known[token] = _Known(value, expires_at, keys, key)
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
