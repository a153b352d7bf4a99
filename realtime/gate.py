"""Who is at the other end of a socket."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.viewer import ANONYMOUS, Viewer
from kit.proxies import TrustedProxies
from router.pipeline.authenticate import Authenticator
from router.pipeline.messages import Client


@dataclass(frozen=True, slots=True)
class Visitor:
    """``key`` is equal for those that may share an answer."""

    key: Hashable
    client: Client


class Gate:
    """Lets visitors in by the access token that they bring."""

    def __init__(self, authenticator: Authenticator, proxies: TrustedProxies | None = None) -> None:
        self.proxies = proxies or TrustedProxies(None)
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
            client=self._authenticator.client(viewer),
        )


def _authorization(payload: Mapping[str, Any]) -> str | None:
    nested = payload.get("headers")
    for candidate in (payload, nested if isinstance(nested, dict) else {}):
        for name, value in candidate.items():
            if name.lower() == "authorization" and isinstance(value, str):
                return value
    return None
