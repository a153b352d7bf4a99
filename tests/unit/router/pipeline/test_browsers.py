"""Pages of other origins: what they may send, and read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.gateway import Gateway, codes_of

HELLO = ("type Query { hello: String }", {"hello": "hi"})
CORS = """
cors:
  origins: ["https://app.example.com"]
  match_origins: ["https://[a-z]+[.]example[.]org"]
  allow_headers: [Authorization]
  policies:
    - {origins: ["https://studio.example.com"], allow_credentials: true, max_age: 1h, methods: [POST]}
"""


def _gateway(configuration: str = "", folder: Path | None = None) -> Gateway:
    return Gateway({"hello": HELLO}, configuration, folder=folder)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_a_simple_request_is_refused(content_type: str) -> None:
    response = await _gateway().send({"query": "{ hello }"}, content_type=content_type)
    assert (response.status, codes_of(json.loads(response.body))) == (400, ["CSRF"])


@pytest.mark.parametrize("header", ["apollo_require_preflight", "x_apollo_operation_name"])
async def test_a_header_makes_a_browser_ask_first(header: str) -> None:
    response = await _gateway().send(
        method="GET", query={"query": "{ hello }"}, content_type="", cookie="a=b", **{header: "1"}
    )
    assert response.status == 200


@pytest.mark.parametrize(
    ("marks", "status"),
    [
        ({}, 200),
        ({"sec_fetch_site": "same-origin", "cookie": "a=b"}, 200),
        ({"sec_fetch_site": "none"}, 200),
        ({"sec_fetch_site": "cross-site"}, 400),
        ({"sec_fetch_site": "same-site"}, 400),
        ({"origin": "https://evil.example"}, 400),
        ({"referer": "https://evil.example/page"}, 400),
        ({"cookie": "session=1"}, 400),
    ],
)
async def test_a_read_that_a_foreign_page_may_have_sent_is_refused(
    marks: dict[str, Any], status: int
) -> None:
    response = await _gateway().send(method="GET", query={"query": "{ hello }"}, content_type="", **marks)
    assert response.status == status


async def test_the_guard_can_be_off(tmp_path: Path) -> None:
    gateway = _gateway("csrf: {unsafe_disabled: true}", tmp_path)
    response = await gateway.send(method="GET", query={"query": "{ hello }"}, content_type="", cookie="a=b")
    assert response.status == 200


async def test_no_foreign_page_can_read_unless_it_is_told() -> None:
    response = await _gateway().send({"query": "{ hello }"}, origin="https://evil.example")
    assert not [name for name in response.headers if name.startswith("access-control")]
    assert response.headers["vary"] == "origin"


@pytest.mark.parametrize(
    ("origin", "allowed", "credentials"),
    [
        ("https://app.example.com", "https://app.example.com", None),
        ("https://shop.example.org", "https://shop.example.org", None),
        ("https://studio.example.com", "https://studio.example.com", "true"),
        ("https://shop.example.org.evil.net", None, None),
        ("null", None, None),
    ],
)
async def test_known_origins_can_read(
    tmp_path: Path, origin: str, allowed: str | None, credentials: str | None
) -> None:
    response = await _gateway(CORS, tmp_path).send({"query": "{ hello }"}, origin=origin)
    assert response.headers.get("access-control-allow-origin") == allowed
    assert response.headers.get("access-control-allow-credentials") == credentials


async def test_a_browser_that_asks_first_is_told(tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "method": "OPTIONS",
        "access_control_request_method": "POST",
        "access_control_request_headers": "content-type",
    }
    told = await _gateway(CORS, tmp_path).send(origin="https://studio.example.com", **asked)
    assert (told.status, told.body) == (204, b"")
    assert told.headers["access-control-allow-methods"] == "POST"
    assert told.headers["access-control-allow-headers"] == "authorization"
    assert told.headers["access-control-max-age"] == "3600"
    refused = await _gateway(CORS, tmp_path).send(origin="https://evil.example", **asked)
    assert "access-control-allow-origin" not in refused.headers
    anyone = await _gateway("cors: {allow_any_origin: true}", tmp_path).send(
        origin="https://a.example", **asked
    )
    assert anyone.headers["access-control-allow-origin"] == "*"
    assert anyone.headers["access-control-allow-headers"] == "content-type"


def test_credentials_for_anyone_end_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="every visitor's session"):
        _gateway("cors: {allow_any_origin: true, allow_credentials: true}", tmp_path)
