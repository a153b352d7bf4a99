"""Tokens: access tokens that anyone can verify (JWT, EdDSA), refresh tokens that only we know again."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm

from contracts import ids
from kit.config import Settings
from subgraphs.auth.models import LIMITS, Account, Session


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key pair. ``key_id`` is the RFC 7638 thumbprint of the public half."""

    private_key: Ed25519PrivateKey
    issuer: str
    audience: str

    @cached_property
    def public_jwk(self) -> dict[str, Any]:
        """The public half (RFC 8037)."""
        return dict(OKPAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True))

    @cached_property
    def key_id(self) -> str:
        members = {name: self.public_jwk[name] for name in ("crv", "kty", "x")}
        digest = hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def jwks(self) -> dict[str, Any]:
        """The JWK set to publish."""
        return {"keys": [{**self.public_jwk, "kid": self.key_id, "use": "sig", "alg": "EdDSA"}]}

    def sign_access_token(self, account: Account, session: Session, *, now: datetime) -> tuple[str, datetime]:
        """A JWT for 15 minutes, and when it expires (aware UTC, whole seconds)."""
        issued_at = now.replace(microsecond=0)
        expires_at = issued_at + LIMITS.access_token_life
        claims = {
            "sub": ids.encode_id(ids.USER, account.account_id),
            "sid": ids.encode_id(ids.SESSION, session.session_id),
            "roles": list(account.roles),
            "preferred_username": account.handle,
            "name": account.display_name,
            "iss": self.issuer,
            "aud": self.audience,
            "iat": issued_at,
            "exp": expires_at,
            "jti": secrets.token_hex(8),
        }
        token = jwt.encode(claims, self.private_key, algorithm="EdDSA", headers={"kid": self.key_id})
        return token, expires_at


def load_signing_key(settings: Settings) -> SigningKey:
    """The key of the settings; outside production one is made once and kept in the data folder."""
    pem = (
        settings.jwt_private_key.get_secret_value().encode()
        if settings.jwt_private_key is not None
        else _development_key(settings.data_dir / "keys" / "jwt.pem")
    )
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("CLIPGRAPH_JWT_PRIVATE_KEY must be an Ed25519 key in PEM")
    return SigningKey(key, settings.jwt_issuer, settings.jwt_audience)


def _development_key(path: Path) -> bytes:
    """Processes may start at once: the first link wins, and all read the same file."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        own.touch(mode=0o600)
        own.write_bytes(pem)
        try:
            os.link(own, path)
        except FileExistsError:
            return path.read_bytes()
        finally:
            own.unlink()
    return path.read_bytes()


def new_refresh_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def token_hash(refresh_token: str) -> bytes:
    """What is stored. The secret has full entropy, so a plain hash is enough."""
    return hashlib.sha256(refresh_token.encode()).digest()
