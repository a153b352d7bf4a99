"""Who is asking: claims that the router signs once and every subgraph trusts.

The router verifies the client's JWT, then hands subgraphs ``x-clipgraph-viewer``: compact JSON claims and an
HMAC-SHA256 over them. A subgraph trusts nothing else; a request without the header is anonymous.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from uuid import UUID

VIEWER_HEADER: Final = "x-clipgraph-viewer"


class InvalidViewerError(Exception):
    """The viewer header is malformed, wrongly signed or expired: the caller is not our router."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The claims. ``user_id`` is None for an anonymous caller; ``expires_at`` is in epoch seconds, UTC.

    ``handle`` and ``name`` are what the account was registered with (OIDC ``preferred_username`` and
    ``name``); they provision a profile and are not the profile.
    """

    user_id: UUID | None = None
    session_id: UUID | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    handle: str | None = None
    name: str | None = None
    client_ip: str | None = None
    expires_at: int | None = None

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None


ANONYMOUS: Final = Viewer()


@lru_cache(maxsize=4096)
def sign_viewer(viewer: Viewer, secret: str) -> str:
    """The header value: ``base64url(claims).base64url(mac)``."""
    claims = {
        "sub": viewer.user_id and viewer.user_id.hex,
        "sid": viewer.session_id and viewer.session_id.hex,
        "roles": sorted(viewer.roles),
        "handle": viewer.handle,
        "name": viewer.name,
        "ip": viewer.client_ip,
        "exp": viewer.expires_at,
    }
    present = {key: value for key, value in claims.items() if value}
    body = base64.urlsafe_b64encode(json.dumps(present, separators=(",", ":")).encode())
    return f"{body.decode()}.{_mac(body, secret)}"


def read_viewer(token: str, secret: str, *, now: float | None = None) -> Viewer:
    """The claims of a header value. Raises InvalidViewerError; ``now`` is epoch seconds."""
    viewer = _verified(token, secret)
    if viewer.expires_at is not None and viewer.expires_at <= (time.time() if now is None else now):
        raise InvalidViewerError("viewer claims have expired")
    return viewer


@lru_cache(maxsize=4096)
def _verified(token: str, secret: str) -> Viewer:
    """One request asks several subgraphs, and the next of the same viewer brings the same claims."""
    body, separator, mac = token.partition(".")
    if not separator or not hmac.compare_digest(mac, _mac(body.encode(), secret)):
        raise InvalidViewerError("viewer claims are not signed by this deployment's router")
    claims = json.loads(base64.urlsafe_b64decode(body))
    return Viewer(
        user_id=UUID(hex=claims["sub"]) if "sub" in claims else None,
        session_id=UUID(hex=claims["sid"]) if "sid" in claims else None,
        roles=frozenset(claims.get("roles", ())),
        handle=claims.get("handle"),
        name=claims.get("name"),
        client_ip=claims.get("ip"),
        expires_at=claims.get("exp"),
    )


def _mac(body: bytes, secret: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
