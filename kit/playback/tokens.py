"""Tokens that open a folder at our origin until a time: ``{expires}.{access}.{mac}``, made for a path segment.

``expires`` is in hexadecimal seconds of Unix time, ``mac`` 144 bits of HMAC-SHA256 over all that it says.

TokenError
├── TokenMismatchError    not ours, not of this folder, or of a time when others could see the video
└── TokenExpiredError     was good
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Final

from contracts.playback import Access

_TOKEN: Final = re.compile(r"([0-9a-f]{1,12})\.([a-z]{1,12})\.([A-Za-z0-9_-]{24})", re.ASCII)
_MAC_BYTES: Final = 18


class TokenError(Exception):
    """It opens nothing."""


class TokenMismatchError(TokenError):
    """It was not made for this."""


class TokenExpiredError(TokenError):
    """Its time is over."""


class TokenKeys:
    """The first key signs, all verify: a new one goes in front of the old, which leaves when its tokens are over."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(keys):
            raise ValueError("there must be a key, and none may be empty")
        self._keys = [key.encode() for key in keys]

    def sign(self, folder: str, access: Access, expires_at: int) -> str:
        """A token for all files of a folder."""
        return f"{expires_at:x}.{access}.{_mac(self._keys[0], folder, access, expires_at)}"

    def verify(self, token: str, folder: str, access: Access | None, now: float) -> None:
        """``access`` is how the folder stands now, None when nobody knows. Raises TokenError.

        How long a refusal takes says nothing about how near a guess was.
        """
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise TokenMismatchError("malformed")
        expires, said, mac = found.groups()
        expires_at = int(expires, 16)
        matches = [hmac.compare_digest(_mac(key, folder, said, expires_at), mac) for key in self._keys]
        if not any(matches) or f"{expires_at:x}" != expires:
            raise TokenMismatchError("not signed by us for this")
        if expires_at <= now:
            raise TokenExpiredError("over")
        if access is not None and said != access:
            raise TokenMismatchError("made for others than those who may see it now")


def _mac(key: bytes, folder: str, access: str, expires_at: int) -> str:
    said = f"clipgraph playback 1\n{folder}\n{access}\n{expires_at}"
    return urlsafe_b64encode(hmac.digest(key, said.encode(), "sha256")[:_MAC_BYTES]).decode()
