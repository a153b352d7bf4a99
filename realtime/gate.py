"""Who is at the other end of a socket."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.viewer import ANONYMOUS, VIEWER_HEADER, Viewer
from router.pipeline.authenticate import Authenticator, claims_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """``headers`` tell subgraphs who asks; ``key`` is equal for those that may share an answer. ``claims`` are what
    guards of the graph look at, None for anonymous ones; ``expires_at`` is in epoch seconds.
    """

    key: Hashable
    headers: Mapping[str, str]
    claims: Mapping[str, Any] | None = None
    expires_at: float | None = None


class Gate:
    """Lets visitors in by the access token that they bring."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    async def let_in(
        self, payload: Mapping[str, Any], authorization: str | None, client_ip: str | None
    ) -> Visitor:
        """By ``connection_init``'s payload (``authorization``, in any case, also below ``headers``), else by the
        handshake's header. Raises InvalidTokenError.
        """
        given = _authorization(payload) or authorization
        return self._visitor(await self._authenticator.viewer(given, client_ip))

    def anybody(self) -> Visitor:
        """For answers that are the same for everyone: whoever is not signed in may see them."""
        return self._visitor(ANONYMOUS)

    def _visitor(self, viewer: Viewer) -> Visitor:
        return Visitor(
            key=(viewer.user_id, viewer.session_id, viewer.expires_at),
            headers={VIEWER_HEADER: self._authenticator.sign(viewer)},
            claims=claims_of(viewer),
            expires_at=viewer.expires_at,
        )


def _authorization(payload: Mapping[str, Any]) -> str | None:
    nested = payload.get("headers")
    for candidate in (payload, nested if isinstance(nested, dict) else {}):
        for name, value in candidate.items():
            if name.lower() == "authorization" and isinstance(value, str):
                return value
    return None
