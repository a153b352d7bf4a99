"""Access tokens of any issuer: JWT (RFC 7519) verified by the keys of JWK sets, as ``authentication.router.jwt`` says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from jwt import PyJWK

from router.configuration.model import Jwks, Jwt, JwtSource
from router.pipeline.keys import KeySource, RemoteKeys
from router.pipeline.messages import Client, HttpRequest, InvalidTokenError
from router.pipeline.verified import VerifiedTokens

_KEPT_WITHOUT_EXPIRY_S = 60
_LENGTH_MAX = 8192
_LEEWAY_S = 5


@dataclass(frozen=True, slots=True)
class _Issuer:
    keys: KeySource
    issuers: tuple[str, ...]
    audiences: tuple[str, ...]
    algorithms: tuple[str, ...]
    needs_expiry: bool


class JwtIdentifier:
    """Belongs to one event loop. Tokens that were verified once are remembered, see VerifiedTokens."""

    def __init__(
        self,
        configuration: Jwt,
        *,
        open_keys: Callable[[Jwks], KeySource] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        opener = open_keys or _open_keys
        self._issuers = [_issuer(each, opener(each)) for each in configuration.jwks]
        own = JwtSource("header", configuration.header_name, configuration.header_value_prefix)
        self._sources = (own, *configuration.sources)
        self._ignores_others = configuration.ignore_other_prefixes
        self._continues = configuration.on_error == "Continue"
        self._now = now
        self._verified: VerifiedTokens[Mapping[str, Any]] = VerifiedTokens(now)

    async def identify(self, request: HttpRequest) -> Client:
        """See Identifier."""
        try:
            token = self._token(request)
            claims = None if token is None else await self._verify(token)
        except InvalidTokenError:
            if not self._continues:
                raise
            claims = None
        if claims is None:
            return Client(key=f"ip:{request.client_ip}")
        return Client(
            key=f"user:{claims.get('iss', '')}:{claims.get('sub', '')}",
            claims=claims,
            expires_at=claims.get("exp"),
        )

    def _token(self, request: HttpRequest) -> str | None:
        """The first source that has one. Raises InvalidTokenError."""
        for source in self._sources:
            value = _read(request, source)
            if not value:
                continue
            prefix = source.value_prefix if source.type == "header" else ""
            if not prefix:
                return value
            scheme, _, token = value.partition(" ")
            if scheme.lower() == prefix.lower() and token.strip():
                return token.strip()
            if not self._ignores_others:
                raise InvalidTokenError(f"Use `{source.name}: {prefix} <access token>`.")
        return None

    async def _verify(self, token: str) -> Mapping[str, Any]:
        known = self._verified.find(token)
        if known is not None:
            return known
        claims, keys, key = await self._decode(token)
        expires_at = float(claims.get("exp", self._now() + _KEPT_WITHOUT_EXPIRY_S))
        self._verified.keep(token, claims, expires_at=expires_at, keys=keys, key=key)
        return claims

    async def _decode(self, token: str) -> tuple[dict[str, Any], KeySource, PyJWK]:
        """The claims, and by which key they were verified."""
        if len(token) > _LENGTH_MAX:
            raise InvalidTokenError("The access token is malformed.")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise InvalidTokenError("The access token is malformed.") from error
        algorithm, problem = header.get("alg"), "The access token is not signed with a key of this graph."
        for issuer in self._issuers:
            key = await issuer.keys.find(str(header.get("kid") or ""))
            # The key says by which algorithm it signs; the token must not choose another.
            if key is None or algorithm not in issuer.algorithms or key.algorithm_name != algorithm:
                continue
            try:
                return _decode(token, key.key, str(algorithm), issuer), issuer.keys, key
            except jwt.ExpiredSignatureError:
                problem = "The access token has expired."
            except jwt.PyJWTError:
                problem = "The access token is not valid."
        raise InvalidTokenError(problem)


def _decode(token: str, key: Any, algorithm: str, issuer: _Issuer) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        issuer=list(issuer.issuers) or None,
        audience=list(issuer.audiences) or None,
        leeway=_LEEWAY_S,
        options={
            "require": ["exp"] if issuer.needs_expiry else [],
            "verify_aud": bool(issuer.audiences),
            "verify_iss": bool(issuer.issuers),
        },
    )
    return claims


def _read(request: HttpRequest, source: JwtSource) -> str | None:
    if source.type == "header":
        return request.headers.get(source.name.lower())
    return dict(_cookies(request.headers.get("cookie", ""))).get(source.name)


def _cookies(header: str) -> Iterator[tuple[str, str]]:
    for part in header.split(";"):
        name, separator, value = part.partition("=")
        if separator:
            yield name.strip(), value.strip()


def _issuer(configuration: Jwks, keys: KeySource) -> _Issuer:
    return _Issuer(
        keys=keys,
        issuers=_one_or_more(configuration.issuer, configuration.issuers),
        audiences=_one_or_more(configuration.audience, configuration.audiences),
        algorithms=configuration.algorithms,
        needs_expiry=not configuration.allow_missing_exp,
    )


def _one_or_more(one: str | None, more: Sequence[str]) -> tuple[str, ...]:
    return (*more, *([] if one is None else [one]))


def _open_keys(configuration: Jwks) -> KeySource:
    headers = {header.name: header.value for header in configuration.headers}
    return RemoteKeys(configuration.url, poll_interval_s=configuration.poll_interval, headers=headers)
