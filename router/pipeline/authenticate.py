"""Who is asking: verifies the access token once and signs the claims for subgraphs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import jwt
from jwt import PyJWK

from contracts import ids
from contracts.viewer import ANONYMOUS, VIEWER_HEADER, Viewer, sign_viewer
from router.pipeline.keys import KeySource
from router.pipeline.messages import Client, HttpRequest, InvalidTokenError
from router.pipeline.verified import VerifiedTokens

ALGORITHMS: Final = ["EdDSA", "RS256", "ES256"]
_REQUIRED = ["sub", "exp", "iss", "aud"]
_TOKEN_LENGTH_MAX = 4096


class Authenticator:
    """Belongs to one event loop. Tokens that were verified once are remembered, see VerifiedTokens."""

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str,
        viewer_secret: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._viewer_secret = viewer_secret
        self._verified: VerifiedTokens[Viewer] = VerifiedTokens(now)

    async def viewer(self, authorization: str | None, client_ip: str | None = None) -> Viewer:
        """Of an ``Authorization`` header; anonymous without one. Raises InvalidTokenError."""
        if not authorization:
            return replace(ANONYMOUS, client_ip=client_ip)
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise InvalidTokenError("Use `Authorization: Bearer <access token>`.")
        viewer = await self._verify(token.strip())
        return replace(viewer, client_ip=client_ip)

    async def identify(self, request: HttpRequest) -> Client:
        """See Identifier."""
        return self.client(await self.viewer(request.headers.get("authorization"), request.client_ip))

    def client(self, viewer: Viewer) -> Client:
        """What the router needs to know of a viewer."""
        headers = {VIEWER_HEADER: self.sign(viewer)}
        if viewer.user_id is None:
            return Client(key=f"ip:{viewer.client_ip}", headers=headers)
        return Client(
            key=f"user:{viewer.user_id.hex}",
            claims=claims_of(viewer),
            headers=headers,
            expires_at=viewer.expires_at,
        )

    def sign(self, viewer: Viewer) -> str:
        """The claims as subgraphs trust them."""
        return sign_viewer(viewer, self._viewer_secret)

    async def _verify(self, token: str) -> Viewer:
        known = self._verified.find(token)
        if known is not None:
            return known
        claims, key = await self._claims(token)
        viewer = _to_viewer(claims)
        self._verified.keep(token, viewer, expires_at=float(claims["exp"]), keys=self._keys, key=key)
        return viewer

    async def _claims(self, token: str) -> tuple[dict[str, Any], PyJWK]:
        """Of a good token, and by which key it was verified."""
        if len(token) > _TOKEN_LENGTH_MAX:
            raise InvalidTokenError("The access token is malformed.")
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.find(str(header.get("kid", "")))
            if key is None or header.get("alg") not in ALGORITHMS:
                raise InvalidTokenError("The access token is not signed with a key of this graph.")
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                options={"require": _REQUIRED},
            )
        except jwt.ExpiredSignatureError as error:
            raise InvalidTokenError("The access token has expired.") from error
        except jwt.PyJWTError as error:
            raise InvalidTokenError("The access token is not valid.") from error
        return claims, key


def claims_of(viewer: Viewer) -> dict[str, Any] | None:
    """What guards of the graph may ask for; None for an anonymous viewer. A role is a policy that one satisfies."""
    if viewer.user_id is None:
        return None
    roles = sorted(viewer.roles)
    return {"sub": viewer.user_id.hex, "roles": roles, "policies": roles}


def _to_viewer(claims: dict[str, Any]) -> Viewer:
    try:
        user_id = ids.decode_id(ids.USER, str(claims["sub"]))
        session_id = ids.decode_id(ids.SESSION, str(claims["sid"])) if "sid" in claims else None
    except ids.InvalidIdError as error:
        raise InvalidTokenError("The access token names no user of this graph.") from error
    return Viewer(
        user_id=user_id,
        session_id=session_id,
        roles=frozenset(map(str, claims.get("roles", ()))),
        handle=claims.get("preferred_username"),
        name=claims.get("name"),
        expires_at=int(claims["exp"]),
    )
