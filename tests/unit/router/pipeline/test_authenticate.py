"""Who is let in, and as whom."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from contracts import ids
from contracts.viewer import read_viewer
from router.pipeline.authenticate import Authenticator
from router.pipeline.keys import StaticKeys
from router.pipeline.messages import InvalidTokenError

USER, SESSION = ids.new_id(), ids.new_id()
KEY = Ed25519PrivateKey.generate()
OTHER_KEY = Ed25519PrivateKey.generate()
JWKS = {"keys": [{**OKPAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "k1", "alg": "EdDSA"}]}


def authenticator(**overrides: Any) -> Authenticator:
    values = {"issuer": "clipgraph", "audience": "api", "viewer_secret": "secret"}
    return Authenticator(StaticKeys(JWKS), **{**values, **overrides})


def token(key: Ed25519PrivateKey = KEY, kid: str = "k1", **overrides: Any) -> str:
    claims = {
        "sub": ids.encode_id(ids.USER, USER),
        "sid": ids.encode_id(ids.SESSION, SESSION),
        "roles": ["creator"],
        "preferred_username": "ada",
        "name": "Ada",
        "iss": "clipgraph",
        "aud": "api",
        "exp": int(time.time()) + 900,
    }
    present = {name: value for name, value in {**claims, **overrides}.items() if value is not None}
    return jwt.encode(present, key, algorithm="EdDSA", headers={"kid": kid})


async def test_a_valid_token_becomes_a_viewer_that_subgraphs_can_check() -> None:
    gate = authenticator()
    viewer = await gate.viewer(f"Bearer {token()}", "10.0.0.1")
    assert (viewer.user_id, viewer.session_id, viewer.handle, viewer.client_ip) == (
        USER,
        SESSION,
        "ada",
        "10.0.0.1",
    )
    assert read_viewer(gate.sign(viewer), "secret") == viewer


async def test_nobody_is_anonymous() -> None:
    viewer = await authenticator().viewer(None, "10.0.0.1")
    assert not viewer.is_authenticated
    assert viewer.client_ip == "10.0.0.1"


@pytest.mark.parametrize(
    ("authorization", "said"),
    [
        ("Basic abc", "Use `Authorization: Bearer <access token>`."),
        ("Bearer abc", "The access token is not valid."),
        ("Bearer " + "a" * 5000, "The access token is malformed."),
        ("Bearer " + token(exp=int(time.time()) - 1), "The access token has expired."),
        ("Bearer " + token(exp=None), "The access token is not valid."),
        ("Bearer " + token(iss="somebody"), "The access token is not valid."),
        ("Bearer " + token(aud="another"), "The access token is not valid."),
        ("Bearer " + token(key=OTHER_KEY), "The access token is not valid."),
        ("Bearer " + token(kid="k2"), "The access token is not signed with a key of this graph."),
        ("Bearer " + token(sub="vid_1"), "The access token names no user of this graph."),
        (
            "Bearer " + jwt.encode({"sub": "x"}, "k" * 32, algorithm="HS256", headers={"kid": "k1"}),
            "The access token is not signed with a key of this graph.",
        ),
    ],
)
async def test_a_token_that_cannot_be_trusted_is_refused(authorization: str, said: str) -> None:
    with pytest.raises(InvalidTokenError) as refused:
        await authenticator().viewer(authorization)
    assert str(refused.value) == said


async def test_a_remembered_token_expires_all_the_same() -> None:
    now = time.time()
    gate = authenticator(now=lambda: now)
    known = token(exp=int(now) + 60)
    await gate.viewer(f"Bearer {known}")
    now += 61
    with pytest.raises(InvalidTokenError, match="expired"):
        await gate.viewer(f"Bearer {known}")
