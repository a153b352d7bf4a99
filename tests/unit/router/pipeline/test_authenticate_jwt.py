"""Access tokens of any issuer."""

from __future__ import annotations

import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.utils import base64url_encode

from router.assemble import make_identifier
from router.pipeline.authenticate_jwt import JwtIdentifier
from router.pipeline.messages import HttpRequest, InvalidTokenError
from tests.support.gateway import Gateway, codes_of, read_configuration

KEYS: dict[str, Any] = {
    "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}
_ALGORITHMS: dict[str, Any] = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}
HELLO = ("type Query { hello: String }", {"hello": "hi"})


def _jwks(*algorithms: str) -> dict[str, Any]:
    keys = []
    for algorithm in algorithms:
        key = json.loads(_ALGORITHMS[algorithm].to_jwk(KEYS[algorithm].public_key()))
        keys.append({**key, "kid": algorithm, "alg": algorithm, "use": "sig"})
    return {"keys": keys}


def _token(algorithm: str = "EdDSA", *, kid: str | None = None, key: Any = None, **claims: Any) -> str:
    given = {"sub": "u1", "iss": "https://issuer", "aud": "api", "exp": time.time() + 60, **claims}
    present = {name: value for name, value in given.items() if value is not None}
    return jwt.encode(present, key or KEYS[algorithm], algorithm, {"kid": kid or algorithm})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "jwks.json").write_text(json.dumps(_jwks("RS256", "ES256", "EdDSA")))
    return tmp_path


def _configuration(folder: Path, more: str = "", jwks: str = "") -> str:
    return (
        "authentication:\n  router:\n    jwt:\n      jwks:\n"
        f"        - {{url: 'file://{folder}/jwks.json', issuer: 'https://issuer', audience: api{jwks}}}\n{more}"
    )


def _identifier(folder: Path, more: str = "", jwks: str = "") -> JwtIdentifier:
    made = make_identifier(read_configuration(_configuration(folder, more, jwks), folder))
    assert isinstance(made, JwtIdentifier)
    return made


def _request(**headers: str) -> HttpRequest:
    return HttpRequest("POST", headers, {}, b"", "192.0.2.1")


@pytest.mark.parametrize("algorithm", KEYS)
async def test_a_good_token_names_its_subject(folder: Path, algorithm: str) -> None:
    client = await _identifier(folder).identify(_request(authorization=f"Bearer {_token(algorithm)}"))
    assert client.key == "user:https://issuer:u1"
    assert client.claims is not None
    assert client.claims["sub"] == "u1"


async def test_no_token_is_an_anonymous_client(folder: Path) -> None:
    client = await _identifier(folder).identify(_request())
    assert (client.key, client.claims) == ("ip:192.0.2.1", None)


def _confused() -> str:
    """Signed by HMAC with the public key, as if it were a secret."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    secret = KEYS["RS256"].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    parts = ({"alg": "HS256", "typ": "JWT", "kid": "RS256"}, {"sub": "u1", "exp": time.time() + 60})
    signed = b".".join(base64url_encode(json.dumps(part).encode()) for part in parts)
    return (signed + b"." + base64url_encode(hmac.digest(secret, signed, "sha256"))).decode()


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(lambda: _token(exp=time.time() - 60), id="expired"),
        pytest.param(lambda: _token(exp=None), id="without expiry"),
        pytest.param(lambda: _token(iss="https://other"), id="of another issuer"),
        pytest.param(lambda: _token(aud="other"), id="for others"),
        pytest.param(lambda: _token(kid="unknown"), id="by an unknown key"),
        pytest.param(lambda: _token("ES256", kid="EdDSA"), id="by another algorithm"),
        pytest.param(lambda: _token(key=ed25519.Ed25519PrivateKey.generate()), id="forged"),
        pytest.param(_confused, id="confused"),
        pytest.param(lambda: jwt.encode({"sub": "u1"}, "", "none", {"kid": "RS256"}), id="unsigned"),
        pytest.param(lambda: "a.b.c", id="nonsense"),
        pytest.param(lambda: "x" * 10_000, id="too long"),
    ],
)
async def test_a_token_that_cannot_be_trusted_is_refused(folder: Path, token: Any) -> None:
    with pytest.raises(InvalidTokenError):
        await _identifier(folder).identify(_request(authorization=f"Bearer {token()}"))


async def test_a_token_is_no_longer_good_when_it_expires(folder: Path) -> None:
    now = [time.time()]
    configuration = read_configuration(_configuration(folder), folder).authentication.router.jwt
    assert configuration is not None
    identifier = JwtIdentifier(configuration, now=lambda: now[0])
    request = _request(authorization=f"Bearer {_token()}")
    assert (await identifier.identify(request)).is_authenticated
    now[0] += 120
    with pytest.raises(InvalidTokenError, match="expired"):
        await identifier.identify(request)


async def test_keys_are_rotated(folder: Path) -> None:
    (folder / "jwks.json").write_text(json.dumps(_jwks("RS256")))
    identifier = _identifier(folder, jwks=", poll_interval: 0s")
    known = _request(authorization=f"Bearer {_token('RS256')}")
    assert (await identifier.identify(known)).claims
    (folder / "jwks.json").write_text(json.dumps(_jwks("EdDSA")))
    for request in (known, _request(authorization=f"Bearer {_token('RS256', sub='u2')}")):
        with pytest.raises(InvalidTokenError):
            await identifier.identify(request)
    assert (await identifier.identify(_request(authorization=f"Bearer {_token('EdDSA')}"))).claims


async def test_tokens_are_looked_for_where_the_configuration_says(folder: Path) -> None:
    more = (
        "      ignore_other_prefixes: true\n      on_error: Continue\n"
        "      sources: [{type: header, name: x-token, value_prefix: Token}, {type: cookie, name: session}]\n"
    )
    identifier = _identifier(folder, more)
    for headers in (
        {"authorization": f"bearer {_token()}"},
        {"authorization": "Basic abc", "x-token": f"Token {_token()}"},
        {"cookie": f"a=b; session={_token()}"},
    ):
        assert (await identifier.identify(_request(**headers))).is_authenticated
    assert not (await identifier.identify(_request(authorization="Bearer forged"))).is_authenticated


async def test_a_bad_token_refuses_the_request(folder: Path) -> None:
    configuration = _configuration(folder)
    identifier = make_identifier(read_configuration(configuration, folder))
    gateway = Gateway({"hello": HELLO}, configuration, folder=folder, identifier=identifier)
    response = await gateway.send({"query": "{ hello }"}, authorization="Bearer forged")
    assert (response.status, codes_of(json.loads(response.body))) == (401, ["UNAUTHENTICATED"])
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_only_known_clients_where_the_configuration_says(tmp_path: Path) -> None:
    gateway = Gateway({"hello": HELLO}, "authorization: {require_authentication: true}", folder=tmp_path)
    response = await gateway.send({"query": "{ hello }"})
    assert (response.status, codes_of(json.loads(response.body))) == (401, ["UNAUTHENTICATED"])
