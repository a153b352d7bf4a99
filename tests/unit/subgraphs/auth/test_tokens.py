"""Signing keys and the tokens made with them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from contracts.ids import SESSION, USER, encode_id
from kit.config import Settings
from subgraphs.auth.models import Account, Session
from subgraphs.auth.tokens import SigningKey, load_signing_key, new_refresh_token, token_hash

ANNA = Account(UUID(int=1), "a@example.org", "anna", "Anna", "$argon2id$…", ("user", "creator"))
SESSION_OF_ANNA = Session(UUID(int=2), ANNA.account_id)
# RFC 8037, appendix A: a key pair and the thumbprint of its public half
RFC_8037_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_8037_PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> SecretStr:
    return SecretStr(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def test_the_published_key_is_named_by_its_thumbprint() -> None:
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(RFC_8037_SECRET), "issuer", "audience")
    assert key.jwks() == {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": RFC_8037_PUBLIC,
                "kid": RFC_8037_THUMBPRINT,
                "use": "sig",
                "alg": "EdDSA",
            }
        ]
    }


def test_an_access_token_verifies_with_the_published_key(tmp_path: Path) -> None:
    key = load_signing_key(Settings(data_dir=tmp_path))
    now = datetime.now(UTC)
    token, expires_at = key.sign_access_token(ANNA, SESSION_OF_ANNA, now=now)
    assert expires_at == now.replace(microsecond=0) + timedelta(minutes=15)
    (published,) = jwt.PyJWKSet.from_dict(key.jwks()).keys
    assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": published.key_id, "typ": "JWT"}
    claims = jwt.decode(token, published, algorithms=["EdDSA"], issuer="clipgraph", audience="clipgraph-api")
    assert len(claims.pop("jti")) == 16
    assert claims == {
        "sub": encode_id(USER, ANNA.account_id),
        "sid": encode_id(SESSION, SESSION_OF_ANNA.session_id),
        "roles": ["user", "creator"],
        "preferred_username": "anna",
        "name": "Anna",
        "iss": "clipgraph",
        "aud": "clipgraph-api",
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }


def test_processes_that_start_at_once_share_one_development_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: load_signing_key(settings), range(16)))
    assert len({key.key_id for key in keys}) == 1
    (kept,) = (tmp_path / "keys").iterdir()
    assert (kept.name, kept.stat().st_mode & 0o777) == ("jwt.pem", 0o600)


def test_the_key_of_the_settings_comes_first(tmp_path: Path) -> None:
    own = Ed25519PrivateKey.generate()
    key = load_signing_key(Settings(data_dir=tmp_path, jwt_private_key=pem(own)))
    assert key.private_key.private_bytes_raw() == own.private_bytes_raw()
    assert list(tmp_path.iterdir()) == []


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, jwt_private_key=pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(TypeError, match="must be an Ed25519 key"):
        load_signing_key(settings)


def test_refresh_tokens_are_long_and_stored_as_hashes() -> None:
    tokens = {new_refresh_token() for _ in range(100)}
    assert {len(token) for token in tokens} == {43}
    assert len({token_hash(token) for token in tokens}) == 100
    assert token_hash("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
