"""What CloudFront is shown, beside botocore's signer."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.signers import CloudFrontSigner as Oracle
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from contracts.playback import Access
from kit.playback.cloudfront import CloudFrontSigner, Policy
from kit.playback.links import PlaybackLinks
from kit.playback.tokens import TokenKeys

KEY = generate_private_key(65537, 2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
SIGNER = CloudFrontSigner("K123", PEM)
ORACLE = Oracle("K123", lambda message: KEY.sign(message, PKCS1v15(), SHA1()))
END = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("url", ["https://cdn.example/videos/v/1/master.m3u8", "https://cdn.example/x?a=b"])
def test_an_address_for_itself(url: str) -> None:
    assert SIGNER.sign_url(url, expires_at=END) == ORACLE.generate_presigned_url(url, date_less_than=END)


def test_an_address_for_all_that_fits_from_some_places_at_some_times() -> None:
    url, everything = "https://cdn.example/videos/v/1/master.m3u8", "https://cdn.example/*/v/1/*"
    start = datetime(2026, 12, 1, tzinfo=UTC)
    policy = Policy(everything, END, starts_at=start, ip_range="203.0.113.7")
    theirs = ORACLE.build_policy(everything, END, date_greater_than=start, ip_address="203.0.113.7")
    assert json.loads(policy.to_json()) == json.loads(theirs)
    expected = ORACLE.generate_presigned_url(url, policy=policy.to_json().decode())
    assert SIGNER.sign_url(url, policy) == expected


def test_cookies_say_what_addresses_say() -> None:
    canned = SIGNER.cookies(Policy("https://cdn.example/x", END))
    assert list(canned) == ["CloudFront-Expires", "CloudFront-Signature", "CloudFront-Key-Pair-Id"]
    custom = SIGNER.cookies(Policy("https://cdn.example/*", END))
    assert list(custom) == ["CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"]
    shown = dict(parse_qsl(urlsplit(SIGNER.sign_url("https://cdn.example/x", expires_at=END)).query))
    assert {name.removeprefix("CloudFront-"): value for name, value in canned.items()} == shown


def test_no_other_key_will_do() -> None:
    pem = generate_ec_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="RSA"):
        CloudFrontSigner("K123", pem.decode())


@pytest.mark.parametrize("access", [Access.OPEN, Access.FRIENDS, Access.PRIVATE])
def test_behind_a_cdn_every_address_is_signed_for_its_whole_folder(access: Access) -> None:
    now = 1_800_000_100.0
    links = PlaybackLinks("https://cdn.example/", TokenKeys(["k"]), signer=SIGNER, clock=lambda: now)
    url = links.url("videos", "v/1/master.m3u8", access)
    plain, _, query = url.partition("?")
    told = dict(parse_qsl(query))
    assert plain == "https://cdn.example/videos/v/1/master.m3u8"
    policy = b64decode(told["Policy"].translate(str.maketrans("-_~", "+=/")))
    [statement] = json.loads(policy)["Statement"]
    assert statement["Resource"] == "https://cdn.example/*/v/1/*"
    end = statement["Condition"]["DateLessThan"]["AWS:EpochTime"]
    assert 900 < end - now <= 1200
    KEY.public_key().verify(
        b64decode(told["Signature"].translate(str.maketrans("-_~", "+=/"))),
        policy,
        PKCS1v15(),
        SHA1(),
    )
    assert links.expires_at(access) == datetime.fromtimestamp(end, UTC)
    assert links.cookies("v/1/master.m3u8") == {f"CloudFront-{name}": value for name, value in told.items()}
    assert links.url("thumbnails", "v/1/1.jpg", access).partition("?")[2] == query
