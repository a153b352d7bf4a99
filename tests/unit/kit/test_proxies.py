"""Who may say where a request came from."""

from __future__ import annotations

import pytest

from kit.proxies import TrustedProxies


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        (None, "10.0.0.1", ["1.2.3.4"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
        ("10.0.0.1", "10.0.0.2", ["1.2.3.4"], "10.0.0.2"),
        ("10.0.0.0/8", "10.9.9.9", ["6.6.6.6, 1.2.3.4, 10.0.0.3"], "1.2.3.4"),
        ("10.0.0.0/8", "10.9.9.9", ["6.6.6.6", "1.2.3.4"], "1.2.3.4"),
        ("10.0.0.0/8", "10.9.9.9", ["10.0.0.4, 10.0.0.3"], "10.0.0.4"),
        ("10.0.0.0/8", "10.9.9.9", ["not an address"], "not an address"),
        ("10.0.0.0/8", "10.9.9.9", [], "10.9.9.9"),
        ("::1, 10.0.0.0/8", "::1", ["2001:db8::5"], "2001:db8::5"),
        ("*", "8.8.8.8", ["1.2.3.4, 5.6.7.8"], "1.2.3.4"),
        ("10.0.0.0/8", None, ["1.2.3.4"], None),
    ],
)
def test_only_proxies_of_ours_are_believed(
    trusted: str | None, peer: str | None, forwarded: list[str], client: str | None
) -> None:
    assert TrustedProxies(trusted).client(peer, forwarded) == client


def test_what_is_no_address_is_no_proxy() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        TrustedProxies("nonsense")
