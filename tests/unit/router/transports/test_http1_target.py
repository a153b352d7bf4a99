"""Where URLs lead, and which lead nowhere."""

from __future__ import annotations

import pytest

from router.transports.http1 import Target, TargetError, parse_target

_PLACES = {
    "http://catalog/graphql": Target("/graphql", "catalog", "catalog", 80),
    "http://catalog": Target("/", "catalog", "catalog", 80),
    "http://catalog:80/": Target("/", "catalog", "catalog", 80),
    "http://Catalog:8080/a?b=c&d=%20#e": Target("/a?b=c&d=%20", "catalog:8080", "catalog", 8080),
    "https://catalog/graphql": Target("/graphql", "catalog", "catalog", 443, is_tls=True),
    "https://catalog:80/x": Target("/x", "catalog:80", "catalog", 80, is_tls=True),
    "http://[::1]:4001/x": Target("/x", "[::1]:4001", "::1", 4001),
    "http://bücher.example/é": Target("/%C3%A9", "xn--bcher-kva.example", "xn--bcher-kva.example", 80),
    "http://me:p%40ss@catalog/": Target("/", "catalog", "catalog", 80, authorization="Basic bWU6cEBzcw=="),
    "unix:///run/a.sock": Target("/", "localhost", unix_path="/run/a.sock"),
    "unix:///run/a.sock?path=/graphql": Target("/graphql", "localhost", unix_path="/run/a.sock"),
    "http+unix://%2Frun%2Fa.sock/graphql": Target("/graphql", "localhost", unix_path="/run/a.sock"),
    "http+unix://%2Frun%2Fa.sock": Target("/", "localhost", unix_path="/run/a.sock"),
    "http+unix://%2Frun%2Fa.sock/x?y=z": Target("/x?y=z", "localhost", unix_path="/run/a.sock"),
}


@pytest.mark.parametrize(("url", "target"), _PLACES.items(), ids=_PLACES.keys())
def test_a_url_leads_to_a_place(url: str, target: Target) -> None:
    assert parse_target(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "catalog",
        "ftp://catalog/",
        "local://catalog",
        "http://",
        "http:///graphql",
        "http://catalog:99999/",
        "http://catalog:x/",
        "http://cata log/",
        "http://catalog/\r\nx: y",
        "http://catalog/a\nb",
        "http://catalog\t/",
        "http://[::1/",
        "unix://run/a.sock",
        "unix://",
        "unix:///run/a.sock?path=graphql",
        "unix:///run/a.sock?path=/a%0d%0ab",
        "unix:///run/a.sock?path=/a%20b",
        "http+unix://run.sock/graphql",
        "http+unix:///run/a.sock",
        "http+unix://%2Frun%2Fa%00.sock/",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(TargetError):
        parse_target(url)


@pytest.mark.parametrize(
    ("url", "is_near"),
    [
        ("http://127.0.0.1:1/", True),
        ("http://127.8.9.10/", True),
        ("http://[::1]/", True),
        ("http://localhost:4001/", True),
        ("unix:///run/a.sock", True),
        ("http://10.0.0.1/", False),
        ("http://localhost.example/", False),
        ("https://catalog/", False),
    ],
)
def test_near_is_this_machine(url: str, is_near: bool) -> None:
    assert parse_target(url).is_near is is_near
