"""Addresses at our own origin."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.playback import Access
from kit.playback import PlaybackLinks, TokenKeys

KEYS = TokenKeys(["k"])
LINKS = PlaybackLinks("http://origin/", KEYS, clock=lambda: 1_800_000_100.0)


def test_what_is_open_has_a_plain_address_for_good() -> None:
    assert LINKS.url("videos", "v/1/master.m3u8", Access.OPEN) == "http://origin/videos/v/1/master.m3u8"
    assert LINKS.expires_at(Access.OPEN) is None
    assert LINKS.cookies("v/1/master.m3u8") == {}


def test_what_is_not_has_a_token_on_the_way_so_that_relative_addresses_keep_it() -> None:
    url = LINKS.url("videos", "v/1/master.m3u8", Access.FRIENDS)
    base, token, key = url.removeprefix("http://origin/").split("/", 2)
    assert (base, token[0], key) == ("videos", "~", "v/1/master.m3u8")
    end = LINKS.expires_at(Access.FRIENDS)
    assert end == datetime.fromtimestamp(1_800_001_200, UTC)
    KEYS.verify(token[1:], "v/1", Access.FRIENDS, end.timestamp() - 1)
    assert f"/{token}/" in LINKS.url("thumbnails", "v/1/1.jpg", Access.FRIENDS)


def test_who_asks_soon_again_gets_the_same_address() -> None:
    times = iter([1_800_000_000.0, 1_800_000_299.9, 1_800_000_300.0])
    links = PlaybackLinks("http://origin", KEYS, clock=times.__next__)
    first, second, third = (links.url("videos", "v/1/x", Access.PRIVATE) for _ in range(3))
    assert first == second != third
